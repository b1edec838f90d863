-- Pass: one ledger entry to one bank entry by :reference ('rrn' or 'utr') with the same
-- account, currency and signed amount, both SUCCESS, days at most :days_apart_max apart.
-- Never the reference alone: RRNs repeat. Where one side holds the same movement twice,
-- the first by business time keeps the match; where time does not tell them apart nobody
-- is seated, because a guess costs more than an open entry.
-- Returns (group_key, entry_id, reason).
with

candidates as (

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
        and case :reference when 'rrn' then rrn else utr end is not null

),

keyed as (

    select
        reference_key,
        account_id,
        currency,
        amount_minor,
        count(*) filter (where is_ledger) = 1
        and count(*) filter (where not is_ledger) = 1
        and min(reference) = max(reference) as is_pair,  -- the real column, not its hash
        min(entry_id) filter (where is_ledger) as ledger_id,
        min(entry_id) filter (where not is_ledger) as external_id,
        max(day) - min(day) as days_apart,
        min(day) filter (where not is_ledger) - min(day) filter (where is_ledger) as days_later,
        min(reference) as reference,
        bool_or(is_transfer) as is_transfer
    from candidates
    group by reference_key, account_id, currency, amount_minor
    having bool_or(is_ledger) and not bool_and(is_ledger)

),

stepped as (

    -- Only keys that occur more than once a side are ranked. Entries further apart than
    -- the window are another movement that happens to repeat the reference.
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
    inner join keyed
        on
            candidates.reference_key = keyed.reference_key
            and candidates.account_id = keyed.account_id
            and candidates.currency = keyed.currency
            and candidates.amount_minor = keyed.amount_minor
    where not keyed.is_pair

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

    select
        ledger_id,
        external_id,
        'same ' || upper(:reference) || ' ' || reference
        || ', account, amount and direction' as reason,
        days_later,
        is_transfer
    from keyed
    where is_pair and days_apart <= :days_apart_max

    union all

    select
        ledger.entry_id as ledger_id,
        external.entry_id as external_id,
        'same ' || upper(:reference) || ' ' || ledger.reference
        || ', account, amount and direction, number ' || ledger.place
        || ' by time on both sides' as reason,
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
    pairs.ledger_id as group_key,
    seat.entry_id,
    pairs.reason || case
        when pairs.days_later = 0 then ', same day'
        when pairs.days_later > 0 then ', booking date +' || pairs.days_later
        else ', booking date ' || pairs.days_later
    end || case when pairs.is_transfer then '; own-account TRANSFER' else '' end as reason
from pairs
cross join lateral (values (pairs.ledger_id), (pairs.external_id)) as seat (entry_id)
