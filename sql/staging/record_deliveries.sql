-- How each delivery of the load ended; parallel arrays. None of them waits any longer.
with

staged as (

    delete from staging.waiting_delivery
    where delivery_id = any(cast(:delivery_ids as bigint[]))

)

insert into staging.load_delivery (delivery_id, load_id, outcome, reason)
select
    ended.delivery_id,
    :load_id as load_id,
    ended.outcome,
    ended.reason
from unnest(
    cast(:delivery_ids as bigint[]),
    cast(:outcomes as text[]),
    cast(:reasons as text[])
) as ended (delivery_id, outcome, reason)
