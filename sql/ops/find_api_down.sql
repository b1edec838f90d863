-- Sources whose circuit is not closed: they failed too often and are left alone for a while.
select
    source as subject,
    format(
        '%s failed %s times in a row since %s UTC; it is tried again by itself',
        source,
        failures,
        to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')
    ) as detail
from ops.circuit
where state <> 'closed'
