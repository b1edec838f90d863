-- The closure's open entries are listed anew; what left the edge goes.
delete from recon.open_entry
where
    reconciliation = :reconciliation
    and (
        entry_id in (select closure_entry.entry_id from closure_entry)
        or entry_id in (select dirty_entry.entry_id from dirty_entry)
    )
