-- Rows and files that were refused, newest first; of :quarantine_ids alone where it is not empty.
select
    quarantine_id,
    source,
    dataset,
    delivery_id,
    delivery_name,
    row_no,
    source_id,
    business_date,
    account_id,
    code,
    reason,
    known_from
from report.quarantine
where
    source = coalesce(cast(:source as text), source)
    and (
        cast(:quarantine_ids as bigint[]) = '{}'
        or quarantine_id = any(cast(:quarantine_ids as bigint[]))
    )
order by quarantine_id desc
limit :rows_max
