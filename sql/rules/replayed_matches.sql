-- Every seat of every match that stands in the sandbox, as `export matches` names them.
select
    match_item.reconciliation,
    cast(match_item.match_group_id as text) as match_group_id,
    entry.source,
    entry.txn_id
from recon.match_item
inner join staging.entry
    on match_item.entry_id = entry.entry_id and match_item.version = entry.version
order by match_item.match_group_id, entry.entry_id
