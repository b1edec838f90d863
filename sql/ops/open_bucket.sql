-- A source nobody has called yet has a full bucket.
insert into ops.rate_limit (source, tokens, refilled_at)
values (:source, :capacity, clock_timestamp())
on conflict (source) do nothing
