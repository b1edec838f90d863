-- Breaks of money that left an account and was not confirmed, live ones, those that closed by
-- themselves and those that a person closed as claimed (claimed_on, claimed_by), each with the bank's debit and, where the bank has given it back, the day of that.
-- Both are looked for under the references of the break's own entry. Narrations are for the
-- clock alone: they are shown to nobody.
with

found as (

    select
        breaks.break_id,
        breaks.reconciliation,
        breaks.status,
        breaks.txn_id as ledger_txn_id,
        anchor.side as ledger_side,
        least(report.as_of(), edges.as_of) as as_of,
        cast(claim.known_at at time zone 'Asia/Kolkata' as date) as claimed_on,
        claim.actor as claimed_by,
        ledger.*
    from report.breaks
    inner join report.edges on breaks.reconciliation = edges.reconciliation
    inner join recon.break on breaks.break_id = break.break_id
    inner join lateral (
        select entry_block.side
        from recon.entry_block
        where
            entry_block.entry_id = break.entry_id
            and entry_block.reconciliation = break.reconciliation
        order by entry_block.tier
        limit 1
    ) as anchor on true
    inner join lateral (
        select
            version.entry_id,
            version.account_id,
            version.currency,
            version.channel as ledger_channel,
            version.transaction_type as ledger_type,
            version.description as ledger_narration,
            version.merchant_id as ledger_merchant_id,
            version.business_date as ledger_day
        from staging.entry as version
        where version.entry_id = break.entry_id and version.known_from <= report.as_of()
        order by version.version desc
        limit 1
    ) as ledger on true
    left join lateral (
        select
            break_event.known_at,
            break_event.actor
        from recon.break_event
        where
            breaks.status = 'RESOLVED'
            and breaks.resolution = 'claimed'
            and break_event.break_id = breaks.break_id
            and break_event.event = 'resolved'
            and break_event.known_at <= report.as_of()
        order by break_event.known_at desc
        limit 1
    ) as claim on true
    where
        breaks.code = 'STS_DEBITED_NOT_CONFIRMED'
        and breaks.subject_kind = 'entry'
        and (breaks.status <> 'RESOLVED' or breaks.resolution in ('auto', 'matched', 'claimed'))
        and cast(breaks.break_id as text) like coalesce(cast(:break_id as text), '') || '%'

),

theirs as (

    select distinct
        found.break_id,
        bank.*
    from found
    inner join recon.entry_block as own
        on
            found.entry_id = own.entry_id
            and found.reconciliation = own.reconciliation
            and own.tier = 1
    inner join recon.entry_block as beside
        on
            own.block_key = beside.block_key
            and own.reconciliation = beside.reconciliation
            and found.ledger_side <> beside.side
    inner join lateral (
        select
            version.*,
            cast(coalesce(
                version.occurred_at at time zone 'Asia/Kolkata',
                coalesce(version.booking_date, version.business_date)
            ) as date) as day
        from staging.entry as version
        where
            version.entry_id = beside.entry_id
            and version.known_from <= report.as_of()
            and (version.known_to is null or version.known_to > report.as_of())
        order by version.version desc
        limit 1
    ) as bank on true
    where
        bank.status = 'SUCCESS'
        and bank.account_id = found.account_id
        and bank.currency = found.currency

)

select
    cast(found.break_id as text) as break_id,
    found.reconciliation,
    found.status,
    found.as_of,
    found.claimed_on,
    found.claimed_by,
    found.ledger_txn_id,
    debit.source,
    debit.txn_id,
    debit.amount_minor,
    debit.currency,
    debit.day,
    debit.channel,
    debit.transaction_type,
    debit.description as narration,
    debit.merchant_id,
    found.ledger_channel,
    found.ledger_type,
    found.ledger_narration,
    found.ledger_merchant_id,
    (
        select min(back.day)
        from theirs as back
        where
            back.break_id = found.break_id
            and back.source = debit.source
            and back.amount_minor = -debit.amount_minor
            and back.day >= debit.day
    ) as reversed_on
from found
inner join lateral (
    select theirs.*
    from theirs
    where theirs.break_id = found.break_id and theirs.amount_minor < 0
    order by abs(theirs.day - found.ledger_day) asc, theirs.source asc, theirs.txn_id asc
    limit 1
) as debit on true
order by debit.day, found.break_id
limit :rows_max
