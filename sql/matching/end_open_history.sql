-- What was open otherwise than it is after this run, or is open no more.
update recon.open_entry_history as held
set known_to = :known_at
where
    held.reconciliation = :reconciliation
    and held.known_to is null
    and not exists (
        select
        from recon.open_entry
        where
            open_entry.entry_id = held.entry_id
            and open_entry.reconciliation = held.reconciliation
            and (open_entry.version, open_entry.side, open_entry.due_at, open_entry.reason)
            is not distinct from (held.version, held.side, held.due_at, held.reason)
    )
