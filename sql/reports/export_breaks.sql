-- Every break known at report.as_of in the state it then had, one row each, anchored on
-- its subject's entry. Age is counted in business days of the edge's calendar.
with

known as (

    select distinct on (break_event.break_id)
        break_event.*,
        break.reconciliation,
        break.source
    from recon.break_event
    inner join recon.break on break_event.break_id = break.break_id
    where
        break.reconciliation = any(:reconciliations)
        and break_event.known_at <= report.as_of()
    order by break_event.break_id asc, break_event.known_at desc

),

edges as (

    select
        edges.reconciliation,
        calendar.calendar,
        calendar.business_no
    from report.edges
    inner join report.calendar
        on
            edges.calendar = calendar.calendar
            and cast(
                least(edges.as_of, report.as_of())
                at time zone 'Asia/Kolkata' as date
            ) = calendar.day

)

select
    cast(known.break_id as text) as break_id,
    known.reconciliation,
    known.code,
    known.family,
    known.status,
    known.source,
    coalesce(anchor.txn_id, '') as txn_id,
    recon.decimal_text(known.amount_minor, known.currency) as amount,
    known.currency,
    cast(known.business_date as text) as business_date,
    to_char(known.opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as opened_at,
    greatest(edges.business_no - own_day.business_no, 0) as age_days,
    known.explanation
from known
left join edges on known.reconciliation = edges.reconciliation
left join report.calendar as own_day
    on edges.calendar = own_day.calendar and known.business_date = own_day.day
left join lateral (
    select entry.txn_id
    from staging.entry
    where entry.entry_id = known.entry_id
    order by
        (entry.known_from <= report.as_of()) desc,
        entry.version desc
    limit 1
) as anchor on true
order by
    known.reconciliation collate "C",
    known.business_date,
    known.code,
    known.source collate "C",
    anchor.txn_id collate "C",
    known.break_id
