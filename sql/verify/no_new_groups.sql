-- No group is new: the days' changes are then what all that stands would take away.
create temporary table new_group on commit drop as
select *
from recon.match_group
where reconciliation is null
