-- The first part of :source whose later delivery is told to have changed what its entries do not
-- say it changed, or changed something and is not told. Loads older than the first that is told
-- were made before such things were kept.
with

held as (

    select
        *,
        concat_ws(
            ', ', business_date, entries_added, entries_changed, entries_retracted, moved_minor,
            known_from
        ) as told
    from staging.restatement
    where source = :source

),

readings as (

    select
        delivery.dataset,
        delivery.part,
        delivery.delivery_id,
        min(load_delivery.load_id) as load_id
    from staging.load_delivery
    inner join raw.delivery on load_delivery.delivery_id = delivery.delivery_id
    where
        load_delivery.outcome = 'loaded'
        and delivery.source = :source
        and delivery.dataset = any(cast(:restated as text[]))
    group by delivery.dataset, delivery.part, delivery.delivery_id

),

later as (

    select distinct
        readings.dataset,
        readings.part,
        readings.load_id
    from readings
    inner join readings as earlier
        on
            readings.dataset = earlier.dataset
            and readings.part = earlier.part
            and readings.load_id > earlier.load_id
    where readings.load_id >= (select min(held.load_id) from held)

),

after as (

    select entry.*
    from staging.entry
    where
        entry.load_id in (select later.load_id from later)
        and entry.retired_load_id is distinct from entry.load_id

),

before as (

    select entry.*
    from staging.entry
    where
        entry.retired_load_id in (select later.load_id from later)
        and entry.load_id <> entry.retired_load_id

),

changes as (

    select
        coalesce(after.load_id, before.retired_load_id) as load_id,
        coalesce(after.dataset, before.dataset) as dataset,
        coalesce(after.part, before.part) as part,
        coalesce(after.account_id, before.account_id) as account_id,
        coalesce(after.currency, before.currency) as currency,
        least(after.business_date, before.business_date) as business_date,
        cast(before.entry_id is null as integer) as added,
        cast(after.entry_id is null as integer) as retracted,
        case after.status when 'SUCCESS' then after.amount_minor else 0 end
        - case
            when
                before.status = 'SUCCESS'
                and before.currency = coalesce(after.currency, before.currency)
                then before.amount_minor
            else 0
        end as moved_minor
    from after
    full outer join before
        on after.entry_id = before.entry_id and after.load_id = before.retired_load_id

),

said as (

    select
        changes.dataset,
        changes.part,
        changes.load_id,
        changes.account_id,
        changes.currency,
        concat_ws(
            ', ', min(changes.business_date), sum(changes.added),
            sum(1 - changes.added - changes.retracted), sum(changes.retracted),
            sum(changes.moved_minor), min(load.known_at)
        ) as told
    from changes
    inner join later
        on
            changes.dataset = later.dataset
            and changes.part = later.part
            and changes.load_id = later.load_id
    inner join staging.load on changes.load_id = load.load_id
    group by
        changes.dataset, changes.part, changes.load_id, changes.account_id, changes.currency

)

select
    coalesce(held.load_id, said.load_id) as load_id,
    coalesce(held.part, said.part) as name,
    coalesce(held.told, 'none') as stored,
    coalesce(said.told, 'none') as again
from held
full outer join said
    on
        held.load_id = said.load_id
        and held.dataset = said.dataset
        and held.part = said.part
        and coalesce(held.account_id, 0) = coalesce(said.account_id, 0)
        and held.currency = said.currency
where held.told is distinct from said.told
order by load_id, name
limit 1
