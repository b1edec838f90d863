-- Days the rule has wrong.
select
    calendar,
    day,
    is_business,
    reason
from ops.calendar_override
order by calendar, day
