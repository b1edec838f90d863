-- Keys of the entries this round found.
insert into closure_key (block_key, round)
select distinct
    entry_block.block_key,
    cast(:round as integer) as round
from closure_entry
inner join recon.entry_block
    on
        entry_block.reconciliation = :reconciliation
        and entry_block.tier = :tier
        and closure_entry.entry_id = entry_block.entry_id
left join closure_key on entry_block.block_key = closure_key.block_key
where
    closure_entry.round = :round
    and closure_key.block_key is null
