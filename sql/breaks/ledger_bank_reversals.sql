-- Entries that stand alone because of a reversal: one side has undone a debit and the other
-- has not yet, or an entry says that it undoes something and there is nothing it could undo.
-- Where a narration says so is within its first three words: further on stand names.
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
        coalesce(entry.description ~* '^\W*(\w+\W+){0,2}(REV|REVERSAL|RVSL)\M', false)
            as is_reversal
    from waiting
    inner join staging.entry
        on waiting.entry_id = entry.entry_id and waiting.version = entry.version

),

-- What shares a reference, account and currency with it and is no further apart in amount than
-- its sign.
related as (

    select
        alone.entry_id,
        other.txn_id,
        other.source,
        other.is_open,
        other.moment,
        other.amount_minor = alone.amount_minor as is_same_amount,
        other.is_ledger = alone.is_ledger as is_own_side,
        match_group.pass_name
    from alone
    inner join scene as other
        on
            alone.entry_id <> other.entry_id
            and alone.account_id = other.account_id
            and alone.currency = other.currency
            and abs(alone.amount_minor) = abs(other.amount_minor)
            and other.status = 'SUCCESS'
            and (
                (alone.rrn_key = other.rrn_key and alone.rrn = other.rrn)
                or (alone.utr_key = other.utr_key and alone.utr = other.utr)
            )
    left join recon.match_group
        on
            other.match_group_id = match_group.match_group_id
            and match_group.known_to is null

),

undone as (

    -- A debit that the other side holds with its own reversal, or the reversal of a debit that
    -- this side holds matched with the other's.
    select distinct on (alone.entry_id)
        alone.entry_id,
        related.txn_id,
        related.source,
        related.is_own_side
    from alone
    inner join related on alone.entry_id = related.entry_id
    where
        case
            when alone.amount_minor < 0
                then
                    not related.is_own_side
                    and related.is_same_amount
                    and related.pass_name = 'self_net'
            else
                related.is_own_side
                and not related.is_same_amount
                and related.pass_name <> 'self_net'
                and related.moment <= alone.moment
        end
    order by alone.entry_id asc, related.moment desc, related.txn_id asc

)

select
    alone.entry_id as anchor_id,
    alone.entry_id,
    case when undone.entry_id is null then 'STS_REVERSAL_WITHOUT_ORIGINAL' else 'STS_REVERSAL_DUE' end
        as code,
    alone.amount_minor,
    case
        when undone.is_own_side
            then concat(
                'Undoes ', undone.txn_id, ', which is matched; the other side has no reversal of ',
                alone.amount_text, ' yet.'
            )
        when undone.entry_id is not null
            then concat(
                undone.source, ' holds it as ', undone.txn_id, ' with its reversal; the reversal of ',
                alone.amount_text, ' is due on this side.'
            )
        else concat(
            'Says that it is a reversal of ', alone.amount_text,
            coalesce(', ' || nullif(concat_ws(' or ', 'RRN ' || alone.rrn, 'UTR ' || alone.utr), ''), ''),
            ': no movement on account ••••', alone.last4, ' is what it undoes.'
        )
    end as explanation
from alone
left join undone on alone.entry_id = undone.entry_id
where
    undone.entry_id is not null
    or (
        alone.is_reversal
        and not exists (
            select
            from related
            where
                related.entry_id = alone.entry_id
                and related.is_own_side
                and not related.is_same_amount
        )
    )
