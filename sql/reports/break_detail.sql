-- One break by its id or the first characters of it (two rows: not unique).
select
    cast(breaks.break_id as text) as break_id,
    reconciliation,
    subject_kind,
    code,
    family,
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
    break_assignments.assigned_to,
    explanation
from report.breaks
left join report.break_assignments on breaks.break_id = break_assignments.break_id
where left(cast(breaks.break_id as text), length(:break_id)) = :break_id
order by breaks.break_id
limit 2
