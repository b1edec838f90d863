-- The next :rows_max deliveries after :after, and whether they are not staged, or how they ended.
select
    delivery.delivery_id,
    delivery.source,
    delivery.dataset,
    delivery.part,
    delivery.sha256,
    delivery.bytes,
    delivery.key_id,
    (
        select load_delivery.outcome
        from staging.load_delivery
        where load_delivery.delivery_id = delivery.delivery_id
        order by load_delivery.load_id desc
        limit 1
    ) as outcome
from raw.delivery
where
    delivery.delivery_id > :after
    and delivery.source = any(:sources)
    and delivery.interval_from < :until
    and delivery.interval_to > :since
order by delivery.delivery_id
limit :rows_max
