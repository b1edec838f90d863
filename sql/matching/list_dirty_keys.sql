-- Block keys to start from: those the dirty entries had until now (they may have new ones),
-- and the UTRs of settlement headers that came in, which the settlements are checked with.
create temporary table closure_key on commit drop as
select
    entry_block.block_key,
    0 as round
from recon.entry_block
inner join dirty_entry on entry_block.entry_id = dirty_entry.entry_id
where entry_block.reconciliation = :reconciliation
union
select
    hashtextextended('settlement_utr=' || upper(utr), 0) as block_key,
    0 as round
from staging.settlement
where
    load_id = any(cast(:load_ids as bigint[]))
    and utr is not null
    and 'settlement_utr' = any(:blocks)
