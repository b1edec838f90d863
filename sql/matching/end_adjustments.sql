-- Adjustments of groups that are gone.
update recon.adjustment
set known_to = :known_at
from gone_group
where
    adjustment.match_group_id = gone_group.match_group_id
    and adjustment.known_to is null
