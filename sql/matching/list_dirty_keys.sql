-- Keys of the first tier to start from: those the dirty entries had until now (they may have
-- new ones), and the UTRs of settlement headers that came in, which the settlements are
-- checked with.
insert into closure_key (block_key, round)
select
    entry_block.block_key,
    :round as round
from recon.entry_block
inner join dirty_entry on entry_block.entry_id = dirty_entry.entry_id
where
    entry_block.reconciliation = :reconciliation
    and entry_block.tier = 1
union
select
    recon.block_key('settlement_utr', upper(utr)) as block_key,
    :round as round
from staging.settlement
where
    load_id = any(cast(:load_ids as bigint[]))
    and utr is not null
    and 'settlement_utr' = any(:blocks)
