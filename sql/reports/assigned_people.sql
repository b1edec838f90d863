-- Whom breaks were given to by report.as_of.
select distinct assigned_to as name
from recon.break_event
where assigned_to is not null and known_at <= report.as_of()
order by assigned_to
