-- Groups that are gone were known up to now.
update recon.match_group
set known_to = :known_at
from gone_group
where
    match_group.match_group_id = gone_group.match_group_id
    and match_group.known_to is null
