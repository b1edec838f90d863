-- Entries that are there again, or stand no longer.
update staging.unseen_entry
set known_to = :known_at
where
    source = :source
    and known_to is null
    and (
        entry_id in (select seen_entry.entry_id from seen_entry)
        or not exists (
            select
            from staging.entry
            where
                entry.entry_id = unseen_entry.entry_id
                and entry.version = unseen_entry.version
                and entry.known_to is null
        )
    )
