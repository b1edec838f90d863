-- The largest matches that change, of each currency in turn, with the ids of their entries.
with

ranked as (

    select
        *,
        row_number() over (
            partition by currency
            order by amount_minor desc, match_group_id asc
        ) as place
    from compared_group
    where change <> 'same'

),

chosen as (

    select *
    from ranked
    order by place asc, currency <> 'INR' asc, currency collate "C" asc
    limit :rows_max

),

item as (

    select
        match_group_id,
        entry_id,
        version
    from backtest_before.match_item
    where match_group_id in (select chosen.match_group_id from chosen)
    union
    select
        match_group_id,
        entry_id,
        version
    from backtest_after.match_item
    where match_group_id in (select chosen.match_group_id from chosen)

),

seats as (

    select
        item.match_group_id,
        array_agg(
            entry.source || ':' || entry.txn_id order by entry.source, entry.txn_id
        ) as entries
    from item
    inner join staging.entry on item.entry_id = entry.entry_id and item.version = entry.version
    group by item.match_group_id

)

select
    chosen.change,
    cast(chosen.match_group_id as text) as match_group_id,
    recon.decimal_text(chosen.amount_minor, chosen.currency) as amount,
    chosen.currency,
    chosen.last_date,
    chosen.pass_before,
    chosen.pass_after,
    chosen.reason,
    seats.entries
from chosen
inner join seats on chosen.match_group_id = seats.match_group_id
order by chosen.place asc, chosen.currency <> 'INR' asc, chosen.currency collate "C" asc
