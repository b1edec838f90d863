-- The break whose id begins so, as it stands, with who asked for its write-off where that waits
-- (two rows: not the only one).
select
    cast(break.break_id as text) as break_id,
    break.reconciliation,
    break.subject_kind,
    break.source,
    break.code,
    break.status,
    break.resolution,
    break.amount_minor,
    break.exposure_minor,
    break.currency,
    break.assigned_to,
    write_off.write_off_id,
    write_off.asked_by,
    write_off.asked_login,
    write_off.reason_code,
    write_off.comment,
    coalesce(
        write_off.code = break.code
        and write_off.amount_minor = break.amount_minor
        and write_off.currency = break.currency,
        false
    ) as is_as_asked
from recon.break
left join recon.write_off
    on break.break_id = write_off.break_id and write_off.answer is null
where left(cast(break.break_id as text), length(:break_id)) = :break_id
order by break.break_id
limit 2
