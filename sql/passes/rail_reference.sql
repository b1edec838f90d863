-- Pass: one ledger entry to one bank entry by :reference ('rrn' or 'utr') with the same
-- account, currency and signed amount, both SUCCESS, days at most :days_apart_max apart.
-- Never the reference alone: RRNs repeat. Where one side holds the same movement twice,
-- the first by business time keeps the match; where time does not tell them apart nobody
-- is seated, because a guess costs more than an open entry.
-- Returns (group_key, entry_id, reason).
with

candidates as not materialized (

    select
        entry_id,
        side = :ledger_side as is_ledger,
        account_id,
        currency,
        amount_minor,
        moment,
        day,
        txn_id,
        is_transfer,
        case :reference when 'rrn' then rrn else utr end as reference,
        case :reference when 'rrn' then rrn_key else utr_key end as reference_key
    from open_entry
    where
        status = 'SUCCESS'
        and account_id is not null
        and case :reference when 'rrn' then rrn_key else utr_key end is not null

),

repeated as (

    -- Only keys that a side holds more than once are ranked.
    select reference_key
    from candidates
    where is_ledger
    group by reference_key
    having count(*) > 1

    union

    select reference_key
    from candidates
    where not is_ledger
    group by reference_key
    having count(*) > 1

),

stepped as (

    -- Entries further apart than the window are another movement that happens to repeat
    -- the reference.
    select
        candidates.*,
        case
            when
                candidates.day - lag(candidates.day) over (
                    partition by
                        candidates.reference,
                        candidates.account_id,
                        candidates.currency,
                        candidates.amount_minor
                    order by candidates.day
                ) > :days_apart_max
                then 1
            else 0
        end as is_further
    from candidates
    inner join repeated on candidates.reference_key = repeated.reference_key

),

islands as (

    select
        *,
        sum(is_further) over (
            partition by reference, account_id, currency, amount_minor
            order by day
        ) as island
    from stepped

),

ranked as (

    select
        *,
        row_number() over (
            partition by reference, account_id, currency, amount_minor, island, is_ledger
            order by moment, txn_id
        ) as place,
        count(*) over (partition by reference, account_id, currency, amount_minor) as alike,
        coalesce(
            moment = lag(moment) over (
                partition by reference, account_id, currency, amount_minor, island, is_ledger
                order by moment, txn_id
            ),
            false
        ) as is_tied
    from islands

),

told_apart as (

    select
        *,
        bool_or(is_tied) over (
            partition by reference, account_id, currency, amount_minor, island
        ) as is_ambiguous
    from ranked

),

pairs as (

    -- Joined by numbers; what is text is compared afterwards, of what came together.
    select
        ledger.entry_id as ledger_id,
        external.entry_id as external_id,
        ledger.reference,
        '' as number,
        external.day - ledger.day as days_later,
        ledger.is_transfer or external.is_transfer as is_transfer
    from candidates as ledger
    inner join candidates as external
        on
            ledger.reference_key = external.reference_key
            and ledger.account_id = external.account_id
            and ledger.amount_minor = external.amount_minor
            and abs(ledger.day - external.day) <= :days_apart_max
    left join repeated on ledger.reference_key = repeated.reference_key
    where
        ledger.is_ledger
        and not external.is_ledger
        and (ledger.reference = external.reference and ledger.currency = external.currency) is true
        and repeated.reference_key is null

    union all

    select
        ledger.entry_id as ledger_id,
        external.entry_id as external_id,
        ledger.reference,
        case
            when ledger.alike = 2 then ''
            else ', number ' || ledger.place || ' by time on both sides'
        end as number,
        external.day - ledger.day as days_later,
        ledger.is_transfer or external.is_transfer as is_transfer
    from told_apart as ledger
    inner join told_apart as external
        on
            ledger.reference = external.reference
            and ledger.account_id = external.account_id
            and ledger.currency = external.currency
            and ledger.amount_minor = external.amount_minor
            and ledger.island = external.island
            and ledger.place = external.place
            and abs(ledger.day - external.day) <= :days_apart_max
    where
        ledger.is_ledger
        and not external.is_ledger
        and not ledger.is_ambiguous

)

select
    ledger_id as group_key,
    ledger_id as entry_id,
    concat(
        'same ', upper(:reference), ' ', reference, ', account, amount and direction', number,
        case
            when days_later = 0 then ', same day'
            when days_later > 0 then ', booking date +' || days_later
            else ', booking date ' || days_later
        end,
        case when is_transfer then '; own-account TRANSFER' end
    ) as reason
from pairs

union all

select
    ledger_id as group_key,
    external_id as entry_id,
    null as reason
from pairs
