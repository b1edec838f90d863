-- What is open after this run and was not, or otherwise.
insert into recon.open_entry_history (
    reconciliation, entry_id, version, side, due_at, reason, known_from
)
select
    open_entry.reconciliation,
    open_entry.entry_id,
    open_entry.version,
    open_entry.side,
    open_entry.due_at,
    open_entry.reason,
    :known_at as known_from
from recon.open_entry
where
    open_entry.reconciliation = :reconciliation
    and not exists (
        select
        from recon.open_entry_history as held
        where
            held.entry_id = open_entry.entry_id
            and held.reconciliation = open_entry.reconciliation
            and held.known_to is null
    )
