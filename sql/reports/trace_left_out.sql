-- Which of these entries one side of an edge does not take, as they were known at report.as_of:
-- by its clause, `:admits`, checked and written by reconciliation/where.py, or because they were
-- given at go-live as not open on it.
with

asked as (

    select given.entry_id
    from unnest(cast(:entry_ids as bigint[])) as given (entry_id)

)

select
    entry.entry_id,
    coalesce((:admits), false) as is_fit
from asked
cross join
    lateral (
        select version.*
        from staging.entry as version
        where
            version.entry_id = asked.entry_id
            and version.known_from <= report.as_of()
            and (version.known_to is null or version.known_to > report.as_of())
        order by version.version desc
        limit 1
    ) as entry
left join ops.opening_item
    on
        entry.source = opening_item.source
        and entry.entry_key = opening_item.entry_key
where
    entry.source = any(:sources)
    and (
        not coalesce((:admits), false)
        or :reconciliation <> all(opening_item.open_on)
    )
order by entry.entry_id
