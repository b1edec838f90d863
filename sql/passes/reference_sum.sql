-- Pass: all entries of both sides that share :reference ('rrn', 'utr' or 'reference_text'), an
-- account, a currency and a direction, and whose sums are equal to the paisa: N:1, 1:N, N:M.
-- All SUCCESS, first and last day at most :days_apart_max apart. Of no more than :entries_max:
-- above, it is a crowd. As many of one amount on each side are no sum but interchangeable.
-- Returns (group_key, entry_id, reason).
with

entries as (

    select
        entry_id,
        side = :ledger_side as is_ledger,
        account_id,
        currency,
        amount_minor,
        sign(amount_minor) as direction,
        day,
        case :reference
            when 'rrn' then rrn
            when 'utr' then utr
            else reference_text
        end as reference
    from open_entry
    where
        status = 'SUCCESS'
        and account_id is not null
        and case :reference
            when 'rrn' then rrn
            when 'utr' then utr
            else reference_text
        end is not null

),

sums as (

    select
        reference,
        account_id,
        currency,
        direction,
        min(entry_id) filter (where is_ledger) as group_key,
        count(*) filter (where is_ledger) as ledger_entries,
        count(*) filter (where not is_ledger) as external_entries
    from entries
    group by reference, account_id, currency, direction
    having
        bool_or(is_ledger)
        and not bool_and(is_ledger)
        and count(*) between 3 and :entries_max
        and sum(case when is_ledger then amount_minor else -amount_minor end) = 0
        and max(day) - min(day) <= :days_apart_max
        and not (
            count(*) filter (where is_ledger) = count(*) filter (where not is_ledger)
            and min(amount_minor) = max(amount_minor)
        )

)

select
    sums.group_key,
    entries.entry_id,
    sums.ledger_entries || ' ledger and ' || sums.external_entries
    || ' bank entries of reference ' || sums.reference || ', equal in sum to the paisa' as reason
from sums
inner join entries
    on
        sums.reference = entries.reference
        and sums.account_id = entries.account_id
        and sums.currency = entries.currency
        and sums.direction = entries.direction
