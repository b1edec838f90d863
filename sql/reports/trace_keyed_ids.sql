-- The entries that stand on any edge under one of the keys (:kinds, :values), by the index of
-- keys alone. Of a settlement's UTR only the credits: its lines may be many, and are summed.
-- At most :rows_max, the oldest first; another entry with the same hash is told apart later.
select distinct entry_block.entry_id
from unnest(cast(:kinds as text[]), cast(:values as text[])) as asked (kind, value)
inner join recon.entry_block
    on recon.block_key(asked.kind, asked.value) = entry_block.block_key
where
    entry_block.tier = 1
    and (asked.kind <> 'settlement_utr' or entry_block.side = 'external')
order by entry_block.entry_id
limit :rows_max
