-- The first entry of loads :load_ids that is not marked as its load marks: the source, when it was
-- known, by which parser, from a delivery that this load loaded.
select
    entry.entry_key as name,
    load.source,
    entry.load_id,
    concat_ws(
        ', ', entry.source, entry.known_from, entry.parser_version,
        'delivery ' || entry.delivery_id
    ) as stored,
    concat_ws(
        ', ', load.source, load.known_at, load.parser_version,
        case
            when load_delivery.outcome = 'loaded' then 'delivery ' || entry.delivery_id
            else 'another delivery'
        end
    ) as again
from staging.entry
inner join staging.load on entry.load_id = load.load_id
left join staging.load_delivery
    on
        entry.load_id = load_delivery.load_id
        and entry.delivery_id = load_delivery.delivery_id
where
    entry.load_id = any(:load_ids)
    and (
        (entry.source, entry.known_from, entry.parser_version)
        is distinct from (load.source, load.known_at, load.parser_version)
        or load_delivery.outcome is distinct from 'loaded'
    )
order by entry.load_id, entry.entry_key, entry.version
limit 1
