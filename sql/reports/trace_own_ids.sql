-- The entries whose own id at one of :sources is one of :ids, retracted ones too.
with

asked as (

    select
        side.source,
        given.id
    from unnest(cast(:sources as text[])) as side (source)
    cross join unnest(cast(:ids as text[])) as given (id)

)

select held.entry_id
from asked
cross join
    lateral (
        select entry.entry_id
        from staging.entry
        where
            entry.source = asked.source
            and entry.entry_key = asked.id
            and entry.known_to is null
        union
        select entry.entry_id
        from staging.entry
        where
            entry.source = asked.source
            and entry.entry_key = asked.id
            and entry.end_reason = 'retracted'
    ) as held
order by held.entry_id
