-- The keys of the dirty entries as they are now.
insert into closure_key (block_key, round)
select distinct
    entry_block.block_key,
    0 as round
from recon.entry_block
inner join closure_entry on entry_block.entry_id = closure_entry.entry_id
left join closure_key on entry_block.block_key = closure_key.block_key
where
    entry_block.reconciliation = :reconciliation
    and closure_key.block_key is null
