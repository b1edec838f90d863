-- The breaks of other reconciliations that are of the same money as :break_id, as both stood at
-- report.as_of, or people had closed by then (:by_people): the same entry, the payment or
-- refund of the same order, or within :days_apart_max days its reference. Of a settlement as a whole (:of_wholes) only the
-- reference counts, as its anchor is one of its many lines; of a line by itself only its entity.
-- Goes from the breaks, which are few.
with

stood as (

    select
        break.break_id,
        break.reconciliation,
        latest.entry_id,
        latest.code,
        latest.status,
        latest.resolution,
        latest.amount_minor,
        latest.currency,
        latest.business_date
    from recon.break
    cross join
        lateral (
            select break_event.*
            from recon.break_event
            where
                break_event.break_id = break.break_id
                and break_event.known_at <= report.as_of()
            order by break_event.known_at desc
            limit 1
        ) as latest
    where
        break.subject_kind = 'entry'
        and (
            break.break_id = cast(:break_id as uuid)
            or (
                (
                    break.status <> 'RESOLVED'
                    or break.resolution = any(cast(:by_people as text[]))
                    or report.as_of() < 'infinity'
                )
                and (
                    latest.status <> 'RESOLVED'
                    or latest.resolution = any(cast(:by_people as text[]))
                )
            )
        )

),

told as (

    select
        stood.*,
        stood.reconciliation = any(:of_wholes) and entry.gross_minor is not null as is_whole,
        case
            when entry.gross_minor is null or stood.reconciliation = any(:of_wholes)
                then array[upper(entry.settlement_utr), upper(entry.utr), entry.rrn]
        end as numbers,
        entry.transaction_type,
        case when stood.reconciliation = any(:of_wholes) then null else entry.order_id end
            as order_id,
        case
            when stood.reconciliation = any(:of_wholes) then null
            when entry.transaction_type = 'PAYMENT'
                then coalesce(entry.payment_id, split_part(entry.txn_id, '@', 1))
            else entry.payment_id
        end as payment_id
    from stood
    inner join lateral (
        select version.*
        from staging.entry as version
        where version.entry_id = stood.entry_id
        order by
            (version.known_from <= report.as_of()) desc,
            version.version desc
        limit 1
    ) as entry on true

),

own as (

    select *
    from told
    where break_id = cast(:break_id as uuid)

)

select
    cast(other.break_id as text) as break_id,
    other.reconciliation,
    other.code,
    other.status,
    other.resolution,
    report.amount(other.amount_minor, other.currency) as amount,
    other.currency,
    other.business_date,
    case
        when own.entry_id = other.entry_id then 'the same entry'
        when own.numbers && other.numbers then 'the same reference'
        when own.payment_id = other.payment_id then 'the same payment'
        else 'the same order'
    end as because
from own
inner join told as other
    on
        own.reconciliation <> other.reconciliation
        and (
            (own.entry_id = other.entry_id and not own.is_whole and not other.is_whole)
            or (
                own.transaction_type = other.transaction_type
                and (own.order_id = other.order_id or own.payment_id = other.payment_id)
            )
            or (
                own.numbers && other.numbers
                and abs(own.business_date - other.business_date) <= :days_apart_max
            )
        )
order by other.reconciliation, other.code, other.break_id
