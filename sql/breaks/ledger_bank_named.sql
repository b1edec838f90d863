-- Entries that stand alone and whose own words say why: a charge of the bank that nobody booked,
-- a reference that names an entry which another reference has matched already.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
with

waiting as materialized (

    select scene.*
    from scene
    left join finding on scene.entry_id = finding.entry_id
    left join pair on scene.entry_id in (pair.ledger_id, pair.external_id)
    where
        scene.is_open
        and scene.is_due
        and scene.status = 'SUCCESS'
        and finding.entry_id is null
        and pair.ledger_id is null

),

alone as (

    select
        waiting.*,
        waiting.amount_minor < 0
        and not waiting.is_ledger
        and waiting.rrn is null
        and (
            entry.description ~* '^\W*(\w+\W+){0,2}(CHARGES?|CHGS?|CHRGS?|FEES?|COMMISSION)\M'
            or (
                waiting.utr is null
                and entry.description ~* '\m(CHARGES?|CHGS?|CHRGS?|FEES?|COMMISSION|[CSI]?GST)\M'
            )
        ) as is_charge
    from waiting
    inner join staging.entry
        on waiting.entry_id = entry.entry_id and waiting.version = entry.version

),

conflicts as (

    select distinct on (alone.entry_id)
        alone.entry_id,
        concat(
            case when alone.rrn = named.rrn then 'RRN ' || alone.rrn else 'UTR ' || alone.utr end,
            ' names ', named.txn_id, ' of ', named.source,
            ', same account and amount, which is matched with ', taken.txn_id,
            ' by another reference.'
        ) as words
    from alone
    inner join scene as named
        on
            alone.is_ledger <> named.is_ledger
            and alone.account_id = named.account_id
            and alone.currency = named.currency
            and alone.amount_minor = named.amount_minor
            and (
                (alone.rrn_key = named.rrn_key and alone.rrn = named.rrn)
                or (alone.utr_key = named.utr_key and alone.utr = named.utr)
            )
            and abs(alone.day - named.day) <= :days_apart_max
    inner join recon.match_group
        on
            named.match_group_id = match_group.match_group_id
            and match_group.known_to is null
            and match_group.pass_name <> 'self_net'
    inner join recon.match_item
        on
            named.match_group_id = match_item.match_group_id
            and named.side <> match_item.side
    inner join recon.live_entry as taken on match_item.entry_id = taken.entry_id
    order by alone.entry_id asc, named.moment asc, named.txn_id asc, taken.txn_id asc

)

select
    alone.entry_id as anchor_id,
    alone.entry_id,
    case when conflicts.entry_id is null then 'FEE_BANK_CHARGE_UNBOOKED' else 'REF_CONFLICT' end
        as code,
    alone.amount_minor,
    coalesce(
        conflicts.words,
        concat(
            'The bank took a charge of ', alone.amount_text, ' from account ••••', alone.last4, ' on ',
            alone.day, ', so its narration says; the ledger has none.'
        )
    ) as explanation
from alone
left join conflicts on alone.entry_id = conflicts.entry_id
where conflicts.entry_id is not null or alone.is_charge
