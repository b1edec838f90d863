-- Every match that stands in either sandbox, and how the changed rules change it. A match's
-- amount is that of its larger side; `is_within`: it counts from a day of the period.
create temporary table compared_group on commit drop as
with

side_before as (

    select
        item.match_group_id,
        item.side,
        sum(abs(entry.amount_minor)) as amount_minor,
        count(*) as entries
    from backtest_before.match_item as item
    inner join staging.entry on item.entry_id = entry.entry_id and item.version = entry.version
    group by item.match_group_id, item.side

),

side_after as (

    select
        item.match_group_id,
        item.side,
        sum(abs(entry.amount_minor)) as amount_minor,
        count(*) as entries
    from backtest_after.match_item as item
    inner join staging.entry on item.entry_id = entry.entry_id and item.version = entry.version
    group by item.match_group_id, item.side

),

before_group as (

    select
        match_group.match_group_id,
        match_group.pass_name,
        match_group.difference_minor,
        match_group.currency,
        match_group.last_date,
        match_group.reason,
        max(side_before.amount_minor) as amount_minor,
        sum(side_before.entries) as entries
    from backtest_before.match_group
    inner join side_before on match_group.match_group_id = side_before.match_group_id
    where match_group.known_to is null
    group by match_group.match_group_id, match_group.known_from

),

after_group as (

    select
        match_group.match_group_id,
        match_group.pass_name,
        match_group.difference_minor,
        match_group.currency,
        match_group.last_date,
        match_group.reason,
        max(side_after.amount_minor) as amount_minor,
        sum(side_after.entries) as entries
    from backtest_after.match_group
    inner join side_after on match_group.match_group_id = side_after.match_group_id
    where match_group.known_to is null
    group by match_group.match_group_id, match_group.known_from

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
