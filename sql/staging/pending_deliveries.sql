-- The deliveries of :source that wait to be staged, of all intervals up to :interval_to: what an
-- earlier run could not stage comes along. Or, with :delivery_ids, those, whether staged or not.
-- The oldest interval first, each in the order it was fetched.
-- For the datasets whose parts are restated (:restated):
-- later_id: a newer delivery of the same part, already loaded, whose word counts.
-- same_id: one already loaded under another part with the very same bytes.
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
    delivery.delivery_id = any(coalesce(
        cast(:delivery_ids as bigint[]),
        array(
            select waiting.delivery_id
            from staging.waiting_delivery as waiting
            where
                waiting.source = :source
                and waiting.interval_to <= :interval_to
        )
    ))
order by delivery.dataset, delivery.interval_to, delivery.fetched_at, delivery.delivery_id
