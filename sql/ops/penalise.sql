-- The far end told us to wait :seconds. Our own count was too kind: one token is left after.
update ops.rate_limit
set
    tokens = least(tokens, 1),
    refilled_at = greatest(refilled_at, clock_timestamp() + make_interval(secs => :seconds))
where source = :source
