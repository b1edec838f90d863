-- Keys of tier :tier to start from: those that the entries of the stronger tiers had until
-- now. Each of them may have been taken, or let go.
insert into closure_key (block_key, round)
select distinct
    entry_block.block_key,
    cast(:round as integer) as round
from recon.entry_block
where
    entry_block.reconciliation = :reconciliation
    and entry_block.tier = :tier
    and (
        entry_block.entry_id in (select closure_entry.entry_id from closure_entry)
        or entry_block.entry_id in (select dirty_entry.entry_id from dirty_entry)
    )
