-- Open entries whose window is over and that nothing else explains: missing on the other
-- side, or pending for ever. Says what was looked for and what comes nearest: an open entry
-- of the same account and amount under another reference. What has no reference of its own while
-- something near could be it lacks just that.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
with

alone as (

    select scene.*
    from scene
    left join finding on scene.entry_id = finding.entry_id
    left join pair on scene.entry_id in (pair.ledger_id, pair.external_id)
    where
        scene.is_open
        and scene.is_due
        and finding.entry_id is null
        and (
            pair.ledger_id is null
            -- A failed partner says nothing about one that is pending, nor do several.
            or (
                scene.status = 'PENDING'
                and (
                    pair.is_rivalled
                    or 'FAILED' in (pair.ledger_status, pair.external_status)
                )
            )
        )

),

nearest as (

    select distinct on (alone.entry_id)
        alone.entry_id,
        concat(
            ' Nearest: ', other.txn_id, ' of ', other.source, ', same account and amount on ',
            to_char(other.moment at time zone 'Asia/Kolkata', 'YYYY-MM-DD'),
            ', other reference.'
        ) as words
    from alone
    inner join scene as other
        on
            alone.account_id = other.account_id
            and alone.currency = other.currency
            and alone.amount_minor = other.amount_minor
            and alone.is_ledger <> other.is_ledger
            and abs(alone.day - other.day) <= :days_apart_max
    where other.is_open and other.status = 'SUCCESS'
    order by
        alone.entry_id asc,
        abs(extract(epoch from other.moment - alone.moment)) asc,
        other.txn_id asc

),

across as (

    -- What a pending entry's reference names on the other side: failed, or more than one.
    select distinct
        alone.entry_id,
        other.txn_id,
        other.source,
        other.amount_text,
        other.status
    from alone
    inner join pair on alone.entry_id in (pair.ledger_id, pair.external_id)
    inner join scene as other
        on
            other.entry_id in (pair.ledger_id, pair.external_id)
            and alone.is_ledger <> other.is_ledger

),

named as (

    select
        entry_id,
        count(*) as entries,
        array_to_string(
            (array_agg(
                concat_ws(' ', txn_id, 'of', source, amount_text, status)
                order by source, txn_id
            ))[1:3],
            '; '
        ) as words
    from across
    group by entry_id

),

worded as (

    select distinct
        entry_id,
        concat_ws(' or ', 'RRN ' || rrn, 'UTR ' || utr) as reference,
        case when is_ledger then 'the ledger' else source end as here,
        case when is_ledger then 'the bank' else 'the ledger' end as there,
        ' with ' || amount_text || coalesce(' on account ••••' || last4, '') as money
    from alone

)

select distinct
    alone.entry_id as anchor_id,
    alone.entry_id,
    case
        when alone.status = 'PENDING' then 'STS_DEEMED_PENDING'
        when
            nearest.entry_id is not null
            and alone.rrn is null
            and alone.utr is null
            and alone.reference_text is null
            then 'REF_MISSING'
        when alone.is_ledger then 'MIS_IN_BANK'
        else 'MIS_IN_LEDGER'
    end as code,
    alone.amount_minor,
    concat(
        case
            when alone.status = 'PENDING'
                then concat('Still pending in ', worded.here, ', past its window. ')
        end,
        case
            when named.entry_id is not null
                then concat(
                    'By ', worded.reference, worded.money, ' ', worded.there, ' has ', named.words,
                    case when named.entries > 3 then concat('; and ', named.entries - 3, ' more') end,
                    case
                        when named.entries > 1 then ': nothing says which of them it is.'
                        else ', which is final: the two do not agree.'
                    end
                )
            else concat(
                'Looked for ',
                coalesce(nullif(worded.reference, ''), 'a partner (the entry has no reference)'),
                worded.money, ' within ', :days_apart_max, ' days: ', worded.there, ' has none.',
                coalesce(nearest.words, ' No single entry of its amount is open near it.')
            )
        end
    ) as explanation
from alone
inner join worded on alone.entry_id = worded.entry_id
left join named on alone.entry_id = named.entry_id
left join nearest on alone.entry_id = nearest.entry_id
