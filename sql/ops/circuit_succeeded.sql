-- An answer came: the circuit is closed and forgets its failures.
update ops.circuit
set
    state = 'closed',
    failures = 0,
    last_cause = null,
    opened_at = null,
    retry_at = null
where
    source = :source
    and (state <> 'closed' or failures > 0)
