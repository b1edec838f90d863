-- This run's events by kind.
select
    event,
    count(*) as breaks
from event
group by event
