-- Live groups whose id begins so, a row a seat; of more than one the caller is told.
select
    cast(match_group.match_group_id as text) as match_group_id,
    match_group.reconciliation,
    match_group.pass_name,
    entry.source,
    entry.entry_key
from recon.match_group
inner join recon.match_item on match_group.match_group_id = match_item.match_group_id
inner join staging.entry
    on match_item.entry_id = entry.entry_id and match_item.version = entry.version
where
    match_group.known_to is null
    and match_group.match_group_id between
    cast(rpad(replace(:group_id, '-', ''), 32, '0') as uuid)
    and cast(rpad(replace(:group_id, '-', ''), 32, 'f') as uuid)
order by match_group.match_group_id, entry.source, entry.entry_key
