-- Open entries under a key that more than :block_size_max share.
create temporary table crowd on commit drop as
with

waiting_keys as materialized (

    select distinct entry_block.block_key
    from recon.open_entry
    inner join recon.entry_block
        on
            entry_block.reconciliation = :reconciliation
            and entry_block.tier = 1
            and open_entry.entry_id = entry_block.entry_id
    where
        open_entry.reconciliation = :reconciliation
        and open_entry.status <> 'FAILED'

),

crowded_keys as (

    select entry_block.block_key
    from waiting_keys
    inner join recon.entry_block
        on
            entry_block.reconciliation = :reconciliation
            and waiting_keys.block_key = entry_block.block_key
    group by entry_block.block_key
    having count(*) > :block_size_max

)

select
    entry_block.block_key,
    entry_block.entry_id,
    entry_block.side = :ledger_side as is_ledger
from crowded_keys
inner join recon.entry_block
    on
        entry_block.reconciliation = :reconciliation
        and crowded_keys.block_key = entry_block.block_key
inner join recon.open_entry
    on
        open_entry.reconciliation = :reconciliation
        and entry_block.entry_id = open_entry.entry_id
