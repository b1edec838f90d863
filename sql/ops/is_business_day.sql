-- Does this calendar work on this day? A day it does not know counts as one.
-- Parameters: :calendar, :day. One row, one column.
select coalesce(
    (
        select calendar.is_business
        from ops.calendar
        where
            calendar.calendar = :calendar
            and calendar.day = :day
    ),
    true
) as is_business
