-- The live version of each staged row's entry, looked up key by key (offset 0 keeps the
-- planner from joining the whole history). A reading is newer by the source's own time where
-- both have one and they differ, else by when it was fetched (the same delivery read again
-- counts as newer). A later sighting of what we hold makes the staged reading old.
insert into known_entry (staged_no, entry_id, version, is_same, is_newer)
select
    staged.staged_no,
    held.entry_id,
    held.version,
    staged.digest = held.digest as is_same,
    staged.digest <> held.digest
    and case
        when staged.delivery_id = held.delivery_id then true
        when staged.source_updated_at <> held.source_updated_at
            then staged.source_updated_at > held.source_updated_at
        else (staged.fetched_at, staged.digest) > (held.fetched_at, held.digest)
    end
    and not exists (
        select
        from staging.sighting
        where
            sighting.source = :source
            and sighting.fetched_at > staged.fetched_at
            and held.entry_id = any(sighting.entry_ids)
    ) as is_newer
from staged_entry as staged
cross join lateral (
    select
        entry.entry_id,
        entry.version,
        entry.digest,
        entry.delivery_id,
        entry.source_updated_at,
        entry.fetched_at
    from staging.entry
    where
        entry.source = :source
        and entry.entry_key = staged.entry_key
        and entry.known_to is null
    offset 0  -- noqa: AM09
) as held
