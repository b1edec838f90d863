-- The first entry listed as one no definition takes that is of none of the ledgers :ledgers, which
-- are those :reconciliation tells of.
select
    entry_id,
    source as stored,
    coalesce(nullif(array_to_string(cast(:ledgers as text[]), ', '), ''), 'none') as again
from recon.no_edge_entry
where
    reconciliation = :reconciliation
    and source <> all(cast(:ledgers as text[]))
order by entry_id
limit 1
