-- The business day that many after each of :days, on :calendar.
select
    own_day.day,
    due_day.day as due_day
from report.calendar as own_day
inner join report.calendar as due_day
    on
        own_day.calendar = due_day.calendar
        and own_day.business_no + :business_days = due_day.business_no
        and due_day.is_business
where
    own_day.calendar = :calendar
    and own_day.day = any(cast(:days as date[]))
