-- How far the calendars reach, and whether they hold every override.
select
    min(calendar.day) as first_day,
    max(calendar.day) as last_day,
    not exists (
        select
        from ops.calendar_override as override
        left join ops.calendar as held
            on
                override.calendar = held.calendar
                and override.day = held.day
                and override.is_business = held.is_business
        where held.day is null
    ) as is_current
from ops.calendar
