-- Take off what we hold already, or hold a newer reading of; note who said the same.
-- What stays in staged_entry is to be inserted. Returns rows_repeated.
with

known as (

    delete from staged_entry
    using staging.entry
    where
        entry.source = :source
        and entry.entry_key = staged_entry.entry_key
        and entry.known_to is null
    returning
        staged_entry.delivery_id,
        staged_entry.fetched_at,
        entry.entry_id,
        staged_entry.digest = entry.digest as is_same

),

seen as (

    insert into staging.sighting (delivery_id, source, fetched_at, entry_ids)
    select
        delivery_id,
        :source as source,
        fetched_at,
        array_agg(entry_id order by entry_id) as entry_ids
    from known
    where is_same
    group by delivery_id, fetched_at
    on conflict (delivery_id) do nothing

)

select count(*) as rows_repeated
from known
