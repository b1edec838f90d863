-- Entries under a key that more than :block_size_max share: the passes do not search them.
create temporary table crowded on commit drop as
with

crowds as (

    select entry_block.block_key
    from recon.entry_block
    inner join closure_key on entry_block.block_key = closure_key.block_key
    where entry_block.reconciliation = :reconciliation
    group by entry_block.block_key
    having count(*) > :block_size_max

)

select open_entry.*
from open_entry
where open_entry.entry_id in (
    select entry_block.entry_id
    from recon.entry_block
    inner join crowds on entry_block.block_key = crowds.block_key
    where entry_block.reconciliation = :reconciliation
)
