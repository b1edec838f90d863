-- Whether nobody writes any more what becomes known at :moment or before.
select report.is_closed(:moment) as is_closed
