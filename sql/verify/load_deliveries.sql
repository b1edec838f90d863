-- The deliveries that load :load_id loaded, as and in the order `stage` read them.
select
    delivery.delivery_id,
    delivery.dataset,
    delivery.part,
    delivery.interval_from,
    delivery.interval_to,
    delivery.window_from,
    delivery.name,
    delivery.sha256,
    delivery.bytes,
    delivery.key_id,
    delivery.control,
    delivery.fetched_at,
    delivery.modified_at,
    cast(null as bigint) as later_id,
    cast(null as bigint) as same_id
from staging.load_delivery
inner join raw.delivery on load_delivery.delivery_id = delivery.delivery_id
where load_delivery.load_id = :load_id and load_delivery.outcome = 'loaded'
order by delivery.dataset, delivery.interval_to, delivery.fetched_at, delivery.delivery_id
