-- Refused rows that may be what the break :break_id lacks, as both stood at report.as_of, the
-- likeliest first, :rows_max at most: by the id of its entry, or by amount and account within the
-- edge's days, as breaks/name_refused says it. :other_sources are those that lack it.
with

alone as (

    select
        latest.amount_minor,
        latest.currency,
        latest.business_date,
        coalesce(latest.account_id, break.account_id) as account_id,
        entry.entity_id
    from recon.break
    inner join lateral (
        select break_event.*
        from recon.break_event
        where
            break_event.break_id = break.break_id
            and break_event.known_at <= report.as_of()
        order by break_event.known_at desc
        limit 1
    ) as latest on true
    left join lateral (
        select split_part(version.txn_id, '@', 1) as entity_id
        from staging.entry as version
        where version.entry_id = latest.entry_id
        order by version.version
        limit 1
    ) as entry on true
    where break.break_id = cast(:break_id as uuid)

),

refused as (

    select
        told.*,
        quarantine.account_id as account_no,
        quarantine.amount_minor,
        split_part(quarantine.row_key, '#', 1) as entity_id,
        coalesce(
            quarantine.business_date,
            cast(delivery.interval_from at time zone 'Asia/Kolkata' as date)
        ) as day
    from staging.quarantine
    inner join report.quarantine as told on quarantine.quarantine_id = told.quarantine_id
    inner join raw.delivery on quarantine.delivery_id = delivery.delivery_id
    where
        quarantine.source = any(:other_sources)
        and quarantine.row_no is not null
        and not exists (
            -- Sent in a readable form since.
            select
            from staging.entry as mended
            where
                mended.source = quarantine.source
                and mended.entry_key = quarantine.source_id
                and mended.load_id > quarantine.load_id
                and mended.known_from <= report.as_of()
                and (mended.known_to is null or mended.known_to > report.as_of())
        )

)

select
    refused.quarantine_id,
    refused.source,
    refused.dataset,
    refused.delivery_id,
    refused.delivery_name,
    refused.row_no,
    refused.source_id,
    -- A refused row keeps no currency; its account has one.
    case when account.currency is not null then report.amount(refused.amount_minor, account.currency) end
        as amount,
    account.currency,
    refused.amount_minor,
    refused.business_date,
    refused.account_id,
    refused.code,
    refused.reason
from alone
inner join refused
    on
        alone.entity_id = refused.entity_id
        or (
            abs(alone.business_date - refused.day)
            <= case
                when alone.account_id = refused.account_no then :days_apart_max
                else least(:days_apart_max, 1)
            end
            and (
                (
                    alone.amount_minor = refused.amount_minor
                    and coalesce(alone.account_id = refused.account_no, true)
                )
                or (refused.amount_minor is null and alone.account_id = refused.account_no)
            )
        )
left join ops.account on refused.account_no = account.account_id
order by
    coalesce(alone.entity_id = refused.entity_id, false) desc,
    refused.amount_minor is null asc,
    refused.account_no is null asc,
    abs(alone.business_date - refused.day) asc,
    refused.quarantine_id asc
limit :rows_max
