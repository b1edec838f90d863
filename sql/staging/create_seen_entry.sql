-- Entries we held that this load read again, whatever it made of them; gone with the transaction.
create temporary table seen_entry (
    entry_id bigint not null
) on commit drop
