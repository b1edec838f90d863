-- Keep one payload, and put it on the list of what waits to be staged. The same bytes of the
-- same part of the same interval are there already: no row is written then, and none returned.
with

kept as (

    insert into raw.delivery (
        source,
        dataset,
        interval_from,
        interval_to,
        window_from,
        part,
        name,
        name_cipher,
        sha256,
        bytes,
        ciphertext,
        key_id,
        control,
        fetched_at,
        modified_at
    )
    values (
        :source,
        :dataset,
        :interval_from,
        :interval_to,
        :window_from,
        :part,
        :name,
        :name_cipher,
        :sha256,
        :bytes,
        :ciphertext,
        :key_id,
        :control,
        :fetched_at,
        :modified_at
    )
    on conflict (source, interval_from, interval_to, part, sha256) do nothing
    returning delivery_id, source, interval_from, interval_to, control

),

waiting as (

    insert into staging.waiting_delivery (delivery_id, source, interval_from, interval_to)
    select
        delivery_id,
        source,
        interval_from,
        interval_to
    from kept
    where not control ? 'refused'  -- evidence of an answer that could not be used

)

select delivery_id
from kept
