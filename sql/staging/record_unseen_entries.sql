-- Live entries of :source whose time was read again, whole, by load :load_id, and which were not
-- in it. A reading is whole when its interval is landed and all it brought is in this load; what
-- a failed try had brought before counts as read, so that nothing is told that may be there. Not
-- told: what a later reading saw, what is there and was refused, what was given as an opening
-- item and the source never sent.
insert into staging.unseen_entry (
    entry_id, version, source, dataset, business_date, load_id, known_from
)
with

readings as (

    select
        delivery.interval_from,
        delivery.interval_to,
        max(delivery.window_from) as window_from,
        min(delivery.fetched_at) as fetched_at
    from raw.delivery
    left join staging.load_delivery
        on
            delivery.delivery_id = load_delivery.delivery_id
            and load_delivery.load_id = :load_id
            and load_delivery.outcome = 'loaded'
    where
        delivery.source = :source
        and not delivery.control ? 'refused'
        and (delivery.interval_from, delivery.interval_to) in (
            select
                brought.interval_from,
                brought.interval_to
            from staging.load_delivery as mine
            inner join raw.delivery as brought on mine.delivery_id = brought.delivery_id
            where mine.load_id = :load_id
        )
    group by delivery.interval_from, delivery.interval_to
    having
        bool_and(load_delivery.load_id is not null)
        and exists (
            select
            from raw.coverage
            where
                coverage.source = :source
                and coverage.interval_to = delivery.interval_to
                and coverage.interval_from <= delivery.interval_from
        )

),

absent as (

    select distinct on (entry.entry_id)
        entry.entry_id,
        entry.version,
        entry.entry_key,
        entry.dataset,
        entry.business_date,
        readings.fetched_at
    from readings
    inner join staging.entry
        on
            entry.source = :source
            and entry.known_to is null
            and entry.load_id <> :load_id
            and entry.dataset = any(cast(:datasets as text[]))
            and coalesce(entry.booking_date, entry.business_date) between
            cast(readings.window_from at time zone 'Asia/Kolkata' as date)
            and cast(readings.interval_to at time zone 'Asia/Kolkata' as date)
            and readings.window_from < entry.occurred_at
            and readings.interval_to > entry.occurred_at
            and readings.fetched_at > entry.fetched_at
    where
        -- A first load can lack nothing.
        exists (
            select
            from staging.load
            where load.source = :source and load.load_id < :load_id
        )
        and entry.parser_version <> :opening_version
        and not exists (
            select
            from seen_entry
            where seen_entry.entry_id = entry.entry_id
        )
    order by entry.entry_id asc, readings.fetched_at desc

)

select
    absent.entry_id,
    absent.version,
    :source as source,
    absent.dataset,
    absent.business_date,
    :load_id as load_id,
    :known_at as known_from
from absent
where
    not exists (
        select
        from staging.sighting
        where
            sighting.source = :source
            and sighting.fetched_at > absent.fetched_at
            and absent.entry_id = any(sighting.entry_ids)
    )
    and not exists (
        select
        from staging.quarantine
        where
            quarantine.source = :source
            and quarantine.source_id = absent.entry_key
            and quarantine.known_to is null
    )
on conflict do nothing
