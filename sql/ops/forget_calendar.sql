-- The calendars are about to be written anew. Where anybody was told ages by them, they are kept.
with

old as (

    delete from ops.calendar
    returning *

)

insert into recon.past_calendar (calendar, known_to, day, is_business, business_no)
select
    calendar,
    recon.next_moment() as known_to,
    day,
    is_business,
    business_no
from old
where recon.next_moment() > '-infinity'
on conflict do nothing
