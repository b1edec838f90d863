-- Sources that are left alone for a while: how often they failed, why, and until when.
select
    source,
    failures,
    last_cause,
    retry_at
from ops.circuit
where state <> 'closed'
order by source
