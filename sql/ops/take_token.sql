-- Reserve a call in the quota of :source: a bucket of :capacity tokens that fills by
-- :per_second. No call is reserved when fewer than :floor tokens would stay (a deep read
-- leaves the hour its share) or the turn would come later than :wait_max seconds.
-- The row's lock makes the processes take turns. Returns (is_taken, wait_s): how long to
-- wait before calling, or how long until a turn could have been had.
with

locked as (

    select
        tokens,
        refilled_at,
        clock_timestamp() as now
    from ops.rate_limit
    where source = :source
    for update

),

filled as (

    select
        least(
            :capacity,
            tokens + greatest(0, extract(epoch from now - refilled_at)::float8) * :per_second
        ) - 1 as tokens,
        greatest(now, refilled_at) as refilled_at,
        extract(epoch from greatest(now, refilled_at) - now)::float8 as penalty_s
    from locked

),

timed as (

    select
        tokens,
        refilled_at,
        penalty_s + greatest(0, :floor - tokens) / :per_second as wait_s
    from filled

),

taken as (

    update ops.rate_limit
    set
        tokens = timed.tokens,
        refilled_at = timed.refilled_at
    from timed
    where
        rate_limit.source = :source
        and timed.wait_s <= :wait_max
    returning rate_limit.source

)

select
    exists(select from taken) as is_taken,
    timed.wait_s
from timed
