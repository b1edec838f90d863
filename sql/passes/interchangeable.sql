-- Pass: k entries on each side, two or more, that nothing tells apart: the same references (or
-- none), account, currency and signed amount, all SUCCESS, first and last day at most
-- :days_apart_max apart and no other of them within as many days. Which is whose does not
-- matter, so they are one group. Unequal counts are not matched; nor are sets without any
-- reference while another entry of that account and amount is near, for it could be any's.
-- Returns (group_key, entry_id, reason).
with

entries as (

    select
        entry_id,
        side = :ledger_side as is_ledger,
        account_id,
        currency,
        amount_minor,
        day,
        coalesce(rrn, '') as rrn,
        coalesce(utr, '') as utr,
        case when rrn is null and utr is null then coalesce(reference_text, '') else '' end as other
    from open_entry
    where status = 'SUCCESS' and account_id is not null

),

stepped as (

    select
        *,
        case
            when
                day - lag(day) over (
                    partition by account_id, currency, amount_minor, rrn, utr, other
                    order by day
                ) > :days_apart_max
                then 1
            else 0
        end as is_further,
        case
            when
                day - lag(day) over (
                    partition by account_id, currency, amount_minor
                    order by day
                ) > :days_apart_max
                then 1
            else 0
        end as is_further_alike
    from entries

),

islands as (

    select
        *,
        sum(is_further) over (
            partition by account_id, currency, amount_minor, rrn, utr, other
            order by day
        ) as island,
        sum(is_further_alike) over (
            partition by account_id, currency, amount_minor
            order by day
        ) as island_alike
    from stepped

),

counted as (

    select
        *,
        count(*) over (
            partition by account_id, currency, amount_minor, island_alike
        ) as alike
    from islands

),

sets as (

    select
        account_id,
        currency,
        amount_minor,
        rrn,
        utr,
        other,
        island,
        min(entry_id) filter (where is_ledger) as group_key,
        count(*) filter (where is_ledger) as entries_a_side
    from counted
    group by account_id, currency, amount_minor, rrn, utr, other, island
    having
        count(*) filter (where is_ledger) = count(*) filter (where not is_ledger)
        and count(*) between 4 and :entries_max
        and max(day) - min(day) <= :days_apart_max
        and (rrn <> '' or utr <> '' or other <> '' or max(alike) = count(*))

)

select
    sets.group_key,
    islands.entry_id,
    'FUNGIBLE: ' || sets.entries_a_side
    || ' entries on each side that nothing tells apart' as reason
from sets
inner join islands
    on
        sets.account_id = islands.account_id
        and sets.currency = islands.currency
        and sets.amount_minor = islands.amount_minor
        and sets.rrn = islands.rrn
        and sets.utr = islands.utr
        and sets.other = islands.other
        and sets.island = islands.island
