-- Live match groups of :reconciliation that hold an entry of the world :prefix, with the keys of
-- all their entries.
select
    match_group.match_group_id,
    match_group.pass_name,
    array_agg(entry.entry_key order by entry.entry_key) as keys
from recon.match_group
inner join recon.match_item on match_group.match_group_id = match_item.match_group_id
inner join staging.entry
    on match_item.entry_id = entry.entry_id and match_item.version = entry.version
where match_group.reconciliation = :reconciliation and match_group.known_to is null
group by match_group.match_group_id, match_group.pass_name
having bool_or(starts_with(entry.entry_key, :prefix))
