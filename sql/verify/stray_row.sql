-- The first balance or settlement header of :source that no load of it brought from a delivery it
-- loaded, or that ended when no load of it was known.
with

written as (

    select
        'balance' as kind,
        concat_ws(' ', kind, business_date) as name,
        load_id,
        delivery_id,
        known_from,
        known_to
    from staging.balance
    where source = :source

    union all

    select
        'settlement' as kind,
        settlement_id as name,
        load_id,
        delivery_id,
        known_from,
        known_to
    from staging.settlement
    where source = :source

)

select
    written.kind,
    written.name,
    concat_ws(
        ', ', 'load ' || written.load_id, 'delivery ' || written.delivery_id,
        'known from ' || written.known_from, 'to ' || written.known_to
    ) as stored
from written
left join staging.load as brought
    on
        written.load_id = brought.load_id
        and brought.source = :source
        and written.known_from = brought.known_at
left join staging.load_delivery
    on
        written.load_id = load_delivery.load_id
        and written.delivery_id = load_delivery.delivery_id
        and load_delivery.outcome = 'loaded'
left join staging.load as ended
    on
        ended.source = :source
        and written.known_to = ended.known_at
where
    brought.load_id is null
    or load_delivery.load_id is null
    or (written.known_to is not null and ended.load_id is null)
    or written.known_to < written.known_from
order by written.kind, written.name
limit 1
