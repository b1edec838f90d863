-- The first balance or settlement header of :source that ended when no load of it was known.
with

ended as (

    select
        'balance' as kind,
        concat_ws(' ', kind, business_date) as name,
        delivery_id,
        known_from,
        known_to
    from staging.balance
    where source = :source and known_to is not null

    union all

    select
        'settlement' as kind,
        settlement_id as name,
        delivery_id,
        known_from,
        known_to
    from staging.settlement
    where source = :source and known_to is not null

)

select
    ended.kind,
    ended.name,
    cast(ended.known_to as text) as stored
from ended
left join staging.load on load.source = :source and ended.known_to = load.known_at
where load.load_id is null or ended.known_to < ended.known_from
order by ended.kind, ended.name
limit 1
