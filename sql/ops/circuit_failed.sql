-- No usable answer. After :failures_max in a row the circuit opens, for :open_seconds at
-- first and twice as long for each failure after, never longer than :open_seconds_max.
insert into ops.circuit as circuit (source, state, failures, last_cause)
values (:source, 'closed', 1, :cause)
on conflict (source) do update
    set
        failures = circuit.failures + 1,
        last_cause = excluded.last_cause,
        state = case when circuit.failures + 1 >= :failures_max then 'open' else 'closed' end,
        opened_at = case
            when circuit.failures + 1 >= :failures_max
                then coalesce(circuit.opened_at, clock_timestamp())
        end,
        retry_at = case
            when circuit.failures + 1 >= :failures_max
                then clock_timestamp() + make_interval(
                    secs => least(
                        :open_seconds * power(2, least(circuit.failures + 1 - :failures_max, 20)),
                        :open_seconds_max
                    )
                )
        end
