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
        'Looked for ',
        coalesce(
            nullif(concat_ws(' or ', 'RRN ' || alone.rrn, 'UTR ' || alone.utr), ''),
            'a partner (the entry has no reference)'
        ),
        ' with ', alone.amount_text, coalesce(' on account ••••' || alone.last4, ''), ' within ',
        :days_apart_max, ' days: ',
        case when alone.is_ledger then 'the bank' else 'the ledger' end, ' has none.',
        coalesce(nearest.words, ' Nothing of its amount is open near it.')
    ) as explanation
from alone
left join nearest on alone.entry_id = nearest.entry_id
