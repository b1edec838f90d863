-- Dirty entries of the ledger :source that are live and that no definition takes. `:admits` is
-- what the definitions ask for, checked and written by reconciliation/where.py.
insert into recon.no_edge_entry (entry_id, reconciliation, source)
select
    entry.entry_id,
    :reconciliation as reconciliation,
    entry.source
from staging.entry
inner join dirty_entry on entry.entry_id = dirty_entry.entry_id
where
    entry.known_to is null
    and entry.source || '' = :source  -- the ids find the rows, never the index of sources
    and not coalesce((:admits), false)
