-- The deliveries of :source landed for the interval and not staged yet; or, with
-- :delivery_ids, those, whether staged or not. In the order they were fetched.
-- For the datasets whose parts are restated (:restated):
-- later_id: a newer delivery of the same part, already loaded, whose word counts.
-- same_id: one already loaded under another part with the very same bytes.
select
    delivery.delivery_id,
    delivery.dataset,
    delivery.part,
    delivery.name,
    delivery.sha256,
    delivery.bytes,
    delivery.key_id,
    delivery.control,
    delivery.fetched_at,
    delivery.modified_at,
    (
        select later.delivery_id
        from raw.delivery as later
        where
            delivery.dataset = any(cast(:restated as text[]))
            and later.source = delivery.source
            and later.part = delivery.part
            and later.dataset = delivery.dataset
            and (later.fetched_at, later.sha256) > (delivery.fetched_at, delivery.sha256)
            and exists (
                select
                from staging.load_delivery
                where
                    load_delivery.delivery_id = later.delivery_id
                    and load_delivery.outcome = 'loaded'
            )
        order by later.delivery_id
        limit 1
    ) as later_id,
    (
        select same.delivery_id
        from raw.delivery as same
        where
            delivery.dataset = any(cast(:restated as text[]))
            and same.source = delivery.source
            and same.sha256 = delivery.sha256
            and same.dataset = delivery.dataset
            and same.part <> delivery.part
            and exists (
                select
                from staging.load_delivery
                where
                    load_delivery.delivery_id = same.delivery_id
                    and load_delivery.outcome = 'loaded'
            )
        order by same.delivery_id
        limit 1
    ) as same_id
from raw.delivery as delivery
where
    (
        cast(:delivery_ids as bigint[]) is null
        and delivery.source = :source
        and delivery.interval_from = :interval_from
        and delivery.interval_to = :interval_to
        and not delivery.control ? 'refused'  -- evidence of an answer that could not be used
        and not exists (
            select
            from staging.load_delivery
            where load_delivery.delivery_id = delivery.delivery_id
        )
    )
    or delivery.delivery_id = any(cast(:delivery_ids as bigint[]))
order by delivery.dataset, delivery.fetched_at, delivery.delivery_id
