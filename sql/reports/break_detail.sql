-- One break by its id or the first characters of it (two rows: not unique).
select
    cast(break_id as text) as break_id,
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
    currency,
    business_date,
    opened_at,
    age_days,
    owner,
    explanation
from report.breaks
where left(cast(break_id as text), length(:break_id)) = :break_id
order by break_id
limit 2
