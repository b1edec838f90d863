-- Keys of the weaker tiers are those of open entries alone: a run finds them without reading past
-- the keys of history.
create index entry_block_weaker_idx on recon.entry_block (reconciliation, tier) where tier > 1;
