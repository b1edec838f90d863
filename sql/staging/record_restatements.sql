-- What load :load_id changed in parts that an earlier load had read from another delivery; of
-- the datasets whose parts are restated (:restated). A delivery that is read again, by a mended
-- layout, restates nothing: its source said nothing new.
insert into staging.restatement (
    source, dataset, part, load_id, account_id, currency, business_date, entries_added,
    entries_changed, entries_retracted, moved_minor, known_from
)
with

parts as (

    select distinct
        delivery.dataset,
        delivery.part
    from staging.load_delivery
    inner join raw.delivery on load_delivery.delivery_id = delivery.delivery_id
    where
        load_delivery.load_id = :load_id
        and load_delivery.outcome = 'loaded'
        and delivery.dataset = any(cast(:restated as text[]))
        and not exists (
            select
            from staging.load_delivery as again
            where
                again.delivery_id = delivery.delivery_id
                and again.load_id < :load_id
                and again.outcome = 'loaded'
        )
        and exists (
            select
            from raw.delivery as earlier
            inner join staging.load_delivery as read_then
                on
                    earlier.delivery_id = read_then.delivery_id
                    and read_then.load_id < :load_id
                    and read_then.outcome = 'loaded'
            where
                earlier.source = :source
                and earlier.part = delivery.part
                and earlier.dataset = delivery.dataset
                and earlier.delivery_id <> delivery.delivery_id
        )

),

after as (

    select entry.*
    from staging.entry
    where
        entry.load_id = :load_id
        and entry.retired_load_id is distinct from :load_id
        and exists (select from parts)

),

before as (

    select entry.*
    from staging.entry
    where
        entry.retired_load_id = :load_id
        and entry.load_id <> :load_id
        and exists (select from parts)

),

changes as (

    select
        coalesce(after.dataset, before.dataset) as dataset,
        coalesce(after.part, before.part) as part,
        coalesce(after.account_id, before.account_id) as account_id,
        coalesce(after.currency, before.currency) as currency,
        least(after.business_date, before.business_date) as business_date,
        before.entry_id is null as is_added,
        after.entry_id is null as is_retracted,
        case after.status when 'SUCCESS' then after.amount_minor else 0 end
        - case
            when before.status = 'SUCCESS' and before.currency = coalesce(after.currency, before.currency)
                then before.amount_minor
            else 0
        end as moved_minor
    from after
    full outer join before on after.entry_id = before.entry_id

)

select
    :source as source,
    changes.dataset,
    changes.part,
    :load_id as load_id,
    changes.account_id,
    changes.currency,
    min(changes.business_date) as business_date,
    count(*) filter (where changes.is_added) as entries_added,
    count(*) filter (where not changes.is_added and not changes.is_retracted) as entries_changed,
    count(*) filter (where changes.is_retracted) as entries_retracted,
    sum(changes.moved_minor) as moved_minor,
    cast(:known_at as timestamptz) as known_from
from changes
inner join parts on changes.dataset = parts.dataset and changes.part = parts.part
group by changes.dataset, changes.part, changes.account_id, changes.currency
