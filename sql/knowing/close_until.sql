-- From the commit on nothing new becomes known at :moment or before.
select report.close_until(:moment) as moment
