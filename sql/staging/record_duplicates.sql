-- Deliveries of load :load_id that were left out because their very bytes were taken under
-- another name. What holds no entry is none: two quiet hours say the same.
insert into staging.duplicate_statement (
    source, dataset, part, same_part, load_id, account_id, currency, business_date, known_from
)
select distinct on (delivery.dataset, delivery.part)
    :source as source,
    delivery.dataset,
    delivery.part,
    same.part as same_part,
    :load_id as load_id,
    held.account_id,
    held.currency,
    held.business_date,
    cast(:known_at as timestamptz) as known_from
from staging.load_delivery
inner join raw.delivery on load_delivery.delivery_id = delivery.delivery_id
inner join raw.delivery as same
    on
        delivery.source = same.source
        and delivery.dataset = same.dataset
        and delivery.sha256 = same.sha256
        and delivery.part <> same.part
inner join staging.load_delivery as taken
    on same.delivery_id = taken.delivery_id and taken.outcome = 'loaded'
inner join lateral (
    select
        case when count(distinct entry.account_id) = 1 then min(entry.account_id) end as account_id,
        min(entry.currency) as currency,
        min(entry.business_date) as business_date
    from staging.entry
    where
        entry.load_id = taken.load_id
        and entry.delivery_id = same.delivery_id
    having count(*) > 0
) as held on true
where
    load_delivery.load_id = :load_id
    and load_delivery.outcome = 'duplicate'
order by delivery.dataset asc, delivery.part asc, same.delivery_id asc, taken.load_id asc
