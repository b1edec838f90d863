-- Entries under the keys that the round before found.
insert into closure_entry (entry_id, side, round)
select
    entry_block.entry_id,
    min(entry_block.side) as side,
    :round as round
from closure_key
inner join recon.entry_block
    on
        entry_block.reconciliation = :reconciliation
        and closure_key.block_key = entry_block.block_key
left join closure_entry on entry_block.entry_id = closure_entry.entry_id
where
    closure_key.round = :round - 1
    and closure_entry.entry_id is null
group by entry_block.entry_id
