-- Out of the passes' sight: open entries under a key of tier :tier that more than
-- :block_size_max share.
with

crowds as (

    select entry_block.block_key
    from recon.entry_block
    inner join closure_key on entry_block.block_key = closure_key.block_key
    where entry_block.reconciliation = :reconciliation
    group by entry_block.block_key
    having count(*) > :block_size_max

),

hidden as (

    delete from open_entry
    where
        open_entry.entry_id in (
            select entry_block.entry_id
            from recon.entry_block
            inner join crowds on entry_block.block_key = crowds.block_key
            where entry_block.reconciliation = :reconciliation
        )
    returning *

)

insert into crowded
select *
from hidden
