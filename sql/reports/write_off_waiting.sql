-- The write-off of the break :break_id that waited for its answer at report.as_of: who asked, when
-- and why; no row where none did.
select
    amount,
    currency,
    reason_code,
    comment,
    asked_by,
    asked_at,
    asked_login
from report.write_offs
where
    break_id = cast(:break_id as uuid)
    and answer is null
order by write_off_id desc
limit 1
