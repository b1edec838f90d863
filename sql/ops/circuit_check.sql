-- Whether :source may be asked. An open circuit whose time is up lets one caller try
-- (half_open) and the others wait for what it finds.
-- Returns may_call, failures, last_cause, retry_at.
with

trying as (

    update ops.circuit
    set
        state = 'half_open',
        retry_at = clock_timestamp() + make_interval(secs => :probe_seconds)
    where
        source = :source
        and state <> 'closed'
        and retry_at <= clock_timestamp()
    returning source

)

select
    circuit.state = 'closed' or exists (select from trying) as may_call,
    circuit.failures,
    circuit.last_cause,
    circuit.retry_at
from ops.circuit
where circuit.source = :source
