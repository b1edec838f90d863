-- No group is new: the days' changes are then what all that stands would take away.
create temporary table new_group on commit drop as
select
    cast(0 as bigint) as group_key,
    match_group.*
from recon.match_group
where match_group.reconciliation is null
