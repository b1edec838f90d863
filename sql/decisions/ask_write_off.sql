-- Ask for a break's write-off, for exactly what it is now.
insert into recon.write_off (
    break_id, code, amount_minor, currency, reason_code, comment, asked_by, asked_login,
    known_from
)
select
    break_id,
    code,
    amount_minor,
    currency,
    :reason_code as reason_code,
    :comment as comment,
    :asked_by as asked_by,
    :asked_login as asked_login,
    :known_at as known_from
from recon.break
where break_id = cast(:break_id as uuid)
