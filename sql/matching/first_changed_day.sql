-- The earliest day whose sums or matches this run changes, null where it changes none.
select least(
    (select min(day_change.day) from day_change),
    (select min(gone_group.first_date) from gone_group),
    (select min(new_group.first_date) from new_group)
) as day
