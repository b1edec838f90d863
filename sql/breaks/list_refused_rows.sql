-- Rows in quarantine that their source has not sent in a readable form since, with what they
-- would have moved where that can be read, and between which of its account's entries a row
-- stood in its delivery: a statement that does not continue there is explained by it.
create temporary table refused_row on commit drop as
select
    quarantine.source,
    quarantine.dataset,
    quarantine.row_key,
    quarantine.account_id,
    quarantine.code,
    quarantine.reason,
    quarantine.amount_minor,
    coalesce(
        quarantine.business_date, cast(delivery.interval_from at time zone 'Asia/Kolkata' as date)
    ) as business_date,
    -- Whichever way the page is sorted.
    case when below.moment < above.moment then below.moment
        else coalesce(above.moment, delivery.interval_from)
    end as stands_from,
    case when below.moment < above.moment then above.moment
        else coalesce(below.moment, delivery.interval_to)
    end as stands_to
from staging.quarantine
inner join raw.delivery on quarantine.delivery_id = delivery.delivery_id
left join staging.entry as mended
    on
        quarantine.source = mended.source
        and quarantine.source_id = mended.entry_key
        and mended.known_to is null
        and mended.load_id > quarantine.load_id
left join lateral (
    select entry.occurred_at as moment
    from staging.entry
    where
        entry.load_id = quarantine.load_id
        and entry.delivery_id = quarantine.delivery_id
        and entry.account_id = quarantine.account_id
        and entry.row_no < quarantine.row_no
    order by entry.row_no desc
    limit 1
) as above on true
left join lateral (
    select entry.occurred_at as moment
    from staging.entry
    where
        entry.load_id = quarantine.load_id
        and entry.delivery_id = quarantine.delivery_id
        and entry.account_id = quarantine.account_id
        and entry.row_no > quarantine.row_no
    order by entry.row_no asc
    limit 1
) as below on true
where
    quarantine.source = any(:sources)
    and quarantine.row_no is not null
    and quarantine.known_to is null
    and mended.entry_id is null
