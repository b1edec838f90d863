-- They lose their keys of tier :tier; those that are still open get them anew.
delete from recon.entry_block
where
    reconciliation = :reconciliation
    and tier = :tier
    and (
        entry_id in (select closure_entry.entry_id from closure_entry)
        or entry_id in (select dirty_entry.entry_id from dirty_entry)
    )
