-- Free the seats of groups that are gone.
delete from recon.match_item
using gone_group
where match_item.match_group_id = gone_group.match_group_id
