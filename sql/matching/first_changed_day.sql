-- The earliest day whose sums this run changes, null where it changes none.
select min(day) as day
from day_change
