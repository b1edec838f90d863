-- How many calls each source took for a day of history, on average so far.
-- A day is what landed in one go for an interval of a day or more.
with

days as (

    select
        source,
        greatest(1, sum(extract(epoch from interval_to - interval_from) / 86400)) as days
    from raw.coverage
    group by source

),

calls as (

    select
        source,
        count(*) as calls
    from audit.api_call
    group by source

)

select
    calls.source,
    calls.calls / days.days as calls_a_day
from calls
inner join days on calls.source = days.source
