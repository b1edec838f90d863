-- And every seat of theirs.
insert into seated (entry_id, version, side, group_key)
select
    match_item.entry_id,
    match_item.version,
    match_item.side,
    found_group.group_key
from recon.match_item
inner join found_group on match_item.match_group_id = found_group.match_group_id
where match_item.reconciliation = :reconciliation
