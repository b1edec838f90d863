-- Which of the entries :entry_ids two people wrote off on :reconciliation, with the break.
select
    entry_id,
    cast(break_id as text) as break_id,
    amount,
    currency,
    reason_code,
    asked_by,
    answered_by,
    written_off_on
from report.written_off
where
    reconciliation = :reconciliation
    and entry_id = any(cast(:entry_ids as bigint[]))
order by written_off_at, break_id
