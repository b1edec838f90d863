-- Every match that stands in either sandbox, and how the changed rules change it. A match's
-- amount is that of its larger side; `is_within`: it counts from a day of the period.
create temporary table compared_group on commit drop as
with

item as (

    select
        false as is_after,
        match_group_id,
        side,
        entry_id,
        version
    from backtest_before.match_item
    union all
    select
        true as is_after,
        match_group_id,
        side,
        entry_id,
        version
    from backtest_after.match_item

),

sides as (

    select
        item.is_after,
        item.match_group_id,
        item.side,
        sum(abs(entry.amount_minor)) as amount_minor,
        count(*) as entries
    from item
    inner join staging.entry on item.entry_id = entry.entry_id and item.version = entry.version
    group by item.is_after, item.match_group_id, item.side

),

sums as (

    select
        is_after,
        match_group_id,
        max(amount_minor) as amount_minor,
        sum(entries) as entries
    from sides
    group by is_after, match_group_id

),

before_group as (

    select
        match_group.*,
        sums.amount_minor,
        sums.entries
    from backtest_before.match_group
    inner join sums on match_group.match_group_id = sums.match_group_id and not sums.is_after
    where match_group.known_to is null

),

after_group as (

    select
        match_group.*,
        sums.amount_minor,
        sums.entries
    from backtest_after.match_group
    inner join sums on match_group.match_group_id = sums.match_group_id and sums.is_after
    where match_group.known_to is null

)

select
    coalesce(after_group.match_group_id, before_group.match_group_id) as match_group_id,
    case
        when before_group.match_group_id is null then 'gained'
        when after_group.match_group_id is null then 'lost'
        when before_group.difference_minor <> after_group.difference_minor then 'other difference'
        when before_group.pass_name <> after_group.pass_name then 'other pass'
        else 'same'
    end as change,
    coalesce(after_group.currency, before_group.currency) as currency,
    cast(coalesce(after_group.amount_minor, before_group.amount_minor) as bigint) as amount_minor,
    cast(coalesce(after_group.entries, before_group.entries) as bigint) as entries,
    coalesce(after_group.last_date, before_group.last_date) as last_date,
    coalesce(after_group.last_date, before_group.last_date) >= :since as is_within,
    before_group.pass_name as pass_before,
    after_group.pass_name as pass_after,
    coalesce(after_group.reason, before_group.reason) as reason
from before_group
full outer join after_group on before_group.match_group_id = after_group.match_group_id
