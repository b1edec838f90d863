-- The first row of loads :load_ids that is not marked as its load marks: the source, when it was
-- known, by which parser, from a delivery that this load loaded.
with

marked as (

    select
        'entry' as kind,
        entry_key as name,
        load_id,
        delivery_id,
        source,
        known_from,
        parser_version
    from staging.entry
    where load_id = any(:load_ids)

    union all

    select
        'balance' as kind,
        concat_ws(' ', kind, business_date) as name,
        load_id,
        delivery_id,
        source,
        known_from,
        null as parser_version
    from staging.balance
    where load_id = any(:load_ids)

    union all

    select
        'settlement' as kind,
        settlement_id as name,
        load_id,
        delivery_id,
        source,
        known_from,
        null as parser_version
    from staging.settlement
    where load_id = any(:load_ids)

)

select
    marked.kind,
    marked.name,
    load.source,
    marked.load_id,
    concat_ws(
        ', ', marked.source, marked.known_from, marked.parser_version,
        'delivery ' || marked.delivery_id
    ) as stored,
    concat_ws(
        ', ', load.source, load.known_at, load.parser_version,
        case
            when load_delivery.outcome = 'loaded' then 'delivery ' || marked.delivery_id
            else 'another delivery'
        end
    ) as again
from marked
inner join staging.load on marked.load_id = load.load_id
left join staging.load_delivery
    on
        marked.load_id = load_delivery.load_id
        and marked.delivery_id = load_delivery.delivery_id
where
    (marked.source, marked.known_from, coalesce(marked.parser_version, load.parser_version))
    is distinct from (load.source, load.known_at, load.parser_version)
    or load_delivery.outcome is distinct from 'loaded'
order by marked.load_id, marked.kind, marked.name
limit 1
