-- Sources whose circuit is not closed: they failed too often and are left alone for a while.
select
    source as subject,
    concat(
        source, ' failed ', failures, ' times in a row since ',
        to_char(opened_at at time zone 'Asia/Kolkata', 'YYYY-MM-DD HH24:MI'), ' IST',
        ', the last time: ' || last_cause, '; it is tried again by itself'
    ) as detail
from ops.circuit
where state <> 'closed'
