-- Public ids of what is open of a source, to name what comes near a name that is not known.
select distinct entry.txn_id
from recon.open_entry
inner join staging.entry
    on open_entry.entry_id = entry.entry_id and open_entry.version = entry.version
where
    open_entry.source = :source
    and open_entry.reconciliation = coalesce(cast(:reconciliation as text), open_entry.reconciliation)
order by entry.txn_id
limit :rows_max
