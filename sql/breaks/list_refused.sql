-- Files that were refused whole and not replaced since, with the account and hour they
-- speak of: by the name of their part, else by their day, else by the interval they came in.
create temporary table refused on commit drop as
with

named as (

    select
        quarantine.source,
        quarantine.part,
        coalesce(quarantine.account_id, account.account_id) as account_id,
        coalesce(quarantine.business_date, file_day.day) as business_date,
        quarantine.code,
        quarantine.reason,
        quarantine.quarantine_id,
        quarantine.delivery_id,
        delivery.interval_from,
        delivery.interval_to,
        regexp_match(quarantine.part, '_(\d{8})_(\d{2})$') as hour_of
    from staging.quarantine
    inner join raw.delivery on quarantine.delivery_id = delivery.delivery_id
    left join raw.file_day on quarantine.delivery_id = file_day.delivery_id
    left join ops.account on file_day.number_index = account.number_index
    where
        quarantine.source = any(:sources)
        and quarantine.row_no is null
        and quarantine.known_to is null

),

dated as (

    select
        *,
        case
            when hour_of is not null
                then to_timestamp(hour_of[1] || hour_of[2], 'YYYYMMDDHH24') at time zone 'UTC'
            when business_date is not null then cast(business_date as timestamp)
        end as local_from
    from named

)

select distinct on (source, part)
    source,
    part,
    account_id,
    code,
    reason,
    coalesce(local_from at time zone 'Asia/Kolkata', interval_from) as range_from,
    case
        when hour_of is not null then (local_from + interval '1 hour') at time zone 'Asia/Kolkata'
        when business_date is not null then (local_from + interval '1 day') at time zone 'Asia/Kolkata'
        else interval_to
    end as range_to
from dated
order by source asc, part asc, delivery_id desc
