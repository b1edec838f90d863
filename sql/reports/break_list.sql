-- Breaks in the order in which people work them off: the most severe first, then the oldest, then
-- INR before other currencies, and within one currency what has most at stake. :is_live true
-- leaves out resolved ones; :until limits business days; what else is given must be so (null: any),
-- :account as the last four of the account's number.
select
    cast(breaks.break_id as text) as break_id,
    reconciliation,
    code,
    family,
    status,
    resolution,
    source,
    txn_id,
    amount,
    amount_minor,
    exposure,
    exposure_minor,
    currency,
    business_date,
    opened_at,
    age_days,
    age_bucket,
    owner,
    latest.assigned_to,
    account_id,
    severity,
    explanation
from report.breaks
left join lateral (
    select break_history.assigned_to
    from report.break_history
    where break_history.break_id = breaks.break_id
    order by break_history.known_at desc
    limit 1
) as latest on true
where
    reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
    and code = coalesce(cast(:code as text), code)
    and business_date <= coalesce(cast(:until as date), business_date)
    and (status <> 'RESOLVED' or not cast(:is_live as boolean))
    and status = coalesce(cast(:status as text), status)
    and coalesce(severity = cast(:severity as text), cast(:severity as text) is null)
    and coalesce(latest.assigned_to = cast(:assigned_to as text), cast(:assigned_to as text) is null)
    and coalesce(right(account_id, 4) = cast(:account as text), cast(:account as text) is null)
order by
    array_position(array['critical', 'high', 'medium', 'low'], severity) asc nulls last,
    age_days desc nulls last,
    currency <> 'INR' asc,
    currency collate "C" asc,
    exposure_minor desc nulls first,  -- nobody knows of how little
    breaks.break_id asc
limit :rows_max
