-- One break by its id or the first characters of it (two rows: not unique).
select
    cast(breaks.break_id as text) as break_id,
    reconciliation,
    subject_kind,
    code,
    family,
    severity,
    status,
    resolution,
    source,
    txn_id,
    account_id,
    amount,
    exposure,
    currency,
    business_date,
    opened_at,
    age_days,
    owner,
    latest.assigned_to,
    explanation,
    rule_version,
    rule_sha256,
    code_version
from report.breaks
left join lateral (
    select break_history.assigned_to
    from report.break_history
    where break_history.break_id = breaks.break_id
    order by break_history.known_at desc
    limit 1
) as latest on true
where left(cast(breaks.break_id as text), length(:break_id)) = :break_id
order by breaks.break_id
limit 2
