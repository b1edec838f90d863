-- Take off what we hold already, or hold a newer reading of; note who said the same.
-- What stays in staged_entry is to be inserted. Returns rows_repeated.
with

known as (

    delete from staged_entry
    using known_entry
    where
        known_entry.staged_no = staged_entry.staged_no
        and not known_entry.is_newer
    returning
        staged_entry.delivery_id,
        staged_entry.fetched_at,
        known_entry.entry_id,
        known_entry.is_same

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
