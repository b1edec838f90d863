-- Breaks, oldest first; :is_live true leaves out resolved ones; :until limits business days.
select
    cast(break_id as text) as break_id,
    reconciliation,
    code,
    family,
    status,
    resolution,
    source,
    txn_id,
    amount,
    amount_minor,
    currency,
    business_date,
    opened_at,
    age_days,
    age_bucket,
    owner,
    account_id,
    severity,
    explanation
from report.breaks
where
    reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
    and code = coalesce(cast(:code as text), code)
    and business_date <= coalesce(cast(:until as date), business_date)
    and (status <> 'RESOLVED' or not cast(:is_live as boolean))
order by age_days desc nulls last, abs(amount_minor) desc, break_id
limit :rows_max
