-- Rows and files that were refused, newest first.
select
    quarantine_id,
    source,
    dataset,
    delivery_id,
    row_no,
    source_id,
    business_date,
    account_id,
    code,
    reason,
    known_from
from report.quarantine
where source = coalesce(cast(:source as text), source)
order by quarantine_id desc
limit :rows_max
