-- Close live versions whose newer reading says something else. Newer by the source's own
-- time where both have one and they differ, else by when it was fetched (the same delivery
-- read again counts as newer). A later sighting of what we hold makes the staged reading old.
update staging.entry
set
    retired_load_id = :load_id,
    known_to = :known_at,
    end_reason = 'superseded'
from staged_entry as staged
where
    entry.source = :source
    and entry.entry_key = staged.entry_key
    and entry.known_to is null
    and entry.digest <> staged.digest
    and case
        when staged.delivery_id = entry.delivery_id then true
        when staged.source_updated_at <> entry.source_updated_at
            then staged.source_updated_at > entry.source_updated_at
        else (staged.fetched_at, staged.digest) > (entry.fetched_at, entry.digest)
    end
    and not exists (
        select
        from staging.sighting
        where
            sighting.source = :source
            and sighting.fetched_at > staged.fetched_at
            and entry.entry_id = any(sighting.entry_ids)
    )
