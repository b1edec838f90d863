-- The keys of tier :tier that those entries have now.
insert into closure_key (block_key, round)
select distinct
    entry_block.block_key,
    cast(:round as integer) as round
from recon.entry_block
inner join keyed_entry on entry_block.entry_id = keyed_entry.entry_id
left join closure_key on entry_block.block_key = closure_key.block_key
where
    entry_block.reconciliation = :reconciliation
    and entry_block.tier = :tier
    and closure_key.block_key is null
