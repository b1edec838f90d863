-- Rows in quarantine that their source has not sent in a readable form since, with what they
-- would have moved where that can be read, and between which of its account's entries the
-- row stood in its delivery: a statement that has a gap there is explained by it.
create temporary table refused_row on commit drop as
with

refused as (

    select
        quarantine.*,
        coalesce(
            quarantine.business_date,
            cast(delivery.interval_from at time zone 'Asia/Kolkata' as date)
        ) as day,
        delivery.window_from,
        delivery.interval_to
    from staging.quarantine
    inner join raw.delivery on quarantine.delivery_id = delivery.delivery_id
    left join staging.entry as mended
        on
            quarantine.source = mended.source
            and quarantine.source_id = mended.entry_key
            and mended.known_to is null
            and quarantine.load_id < mended.load_id
    where
        quarantine.source = any(:sources)
        and quarantine.row_no is not null
        and quarantine.known_to is null
        and mended.entry_id is null

),

deliveries as (

    select distinct
        load_id,
        delivery_id
    from refused

),

rows_of_delivery as (

    select
        entry.delivery_id,
        entry.account_id,
        entry.row_no,
        entry.occurred_at as moment
    from deliveries
    inner join staging.entry
        on deliveries.load_id = entry.load_id and deliveries.delivery_id = entry.delivery_id
    union all
    select
        delivery_id,
        account_id,
        row_no,
        null as moment
    from refused

),

sorting as (

    select
        delivery_id,
        (array_agg(moment order by row_no asc))[1] > (array_agg(moment order by row_no desc))[1]
            as is_newest_first
    from rows_of_delivery
    where moment is not null
    group by delivery_id

),

counted as (

    -- A run of refused rows shares its number with the entry before it, and after it.
    select
        *,
        count(moment) over (partition by delivery_id, account_id order by row_no asc) as from_top,
        count(moment) over (partition by delivery_id, account_id order by row_no desc)
            as from_bottom
    from rows_of_delivery

),

placed as (

    select
        delivery_id,
        row_no,
        moment,
        max(moment) over (partition by delivery_id, account_id, from_top) as moment_above,
        max(moment) over (partition by delivery_id, account_id, from_bottom) as moment_below
    from counted

),

beside as (

    select
        placed.delivery_id,
        placed.row_no,
        case
            when sorting.is_newest_first then placed.moment_below
            else placed.moment_above
        end as earlier,
        case
            when sorting.is_newest_first then placed.moment_above
            else placed.moment_below
        end as later
    from placed
    left join sorting on placed.delivery_id = sorting.delivery_id
    where placed.moment is null

)

select
    refused.source,
    refused.dataset,
    refused.row_key,
    refused.account_id,
    refused.code,
    refused.reason,
    refused.amount_minor,
    refused.day as business_date,
    -- With one neighbour only, right beside it.
    coalesce(
        least(
            beside.earlier,
            case
                when beside.earlier is null then beside.later - interval '1 microsecond'
                else beside.later
            end
        ),
        refused.window_from
    ) as stands_from,
    coalesce(
        greatest(
            beside.later,
            case
                when beside.later is null then beside.earlier + interval '1 microsecond'
                else beside.earlier
            end
        ),
        refused.interval_to
    ) as stands_to
from refused
left join beside
    on refused.delivery_id = beside.delivery_id and refused.row_no = beside.row_no
