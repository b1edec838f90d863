-- Seat what the last pass proposed: each group gets its id, difference and dates. take_proposed
-- then takes those entries off open_entry, so that no later pass can see them.
-- The id is made of what the entries are, not of when they came, so any repeat, in any
-- order, seats the same.
with

taken as (

    select
        proposed.group_key,
        proposed.reason,
        open_entry.entry_id,
        open_entry.version,
        open_entry.side,
        open_entry.subject_key,
        open_entry.amount_minor,
        open_entry.currency,
        open_entry.day
    from open_entry
    inner join proposed on open_entry.entry_id = proposed.entry_id

),

grouped as (

    select
        group_key,
        count(*) as entries,
        min(subject_key) as first_key,
        max(subject_key) as last_key,
        min(currency) as currency,
        min(reason) as reason,
        min(day) as first_date,
        max(day) as last_date,
        sum(amount_minor) as amount_minor,
        coalesce(sum(amount_minor) filter (where side = :ledger_side), 0) as ledger_minor,
        min(side) filter (where side <> :ledger_side) as first_side,
        max(side) filter (where side <> :ledger_side) as last_side
    from taken
    group by group_key

),

larger as (

    -- The keys of two in their order are the least and the greatest; only more are sorted.
    select
        taken.group_key,
        string_agg(taken.subject_key, ',' order by taken.subject_key) as keys
    from taken
    inner join grouped on taken.group_key = grouped.group_key
    where grouped.entries <> 2
    group by taken.group_key

),

deviations as (

    -- External − ledger; with several other sides the largest deviation.
    select
        taken.group_key,
        taken.side,
        sum(taken.amount_minor) - min(grouped.ledger_minor) as difference_minor
    from taken
    inner join grouped on taken.group_key = grouped.group_key
    where grouped.first_side <> grouped.last_side and taken.side <> :ledger_side
    group by taken.group_key, taken.side

),

largest as (

    select distinct on (group_key)
        group_key,
        difference_minor
    from deviations
    order by group_key asc, abs(difference_minor) desc, side asc

),

told as (

    select
        grouped.group_key,
        grouped.currency,
        grouped.reason,
        grouped.first_date,
        grouped.last_date,
        cast(md5(concat_ws(
            '|',
            cast(:reconciliation as text),
            coalesce(larger.keys, grouped.first_key || ',' || grouped.last_key)
        )) as uuid) as match_group_id,
        case
            when grouped.first_side is null then -grouped.amount_minor
            when grouped.first_side = grouped.last_side
                then grouped.amount_minor - 2 * grouped.ledger_minor
            else largest.difference_minor
        end as difference_minor
    from grouped
    left join larger on grouped.group_key = larger.group_key
    left join largest on grouped.group_key = largest.group_key

)

insert into seated (
    match_group_id, pass_name, difference_minor, currency, reason,
    first_date, last_date, entry_id, version, side
)
select
    told.match_group_id,
    :pass_name as pass_name,
    told.difference_minor,
    told.currency,
    told.reason,
    told.first_date,
    told.last_date,
    taken.entry_id,
    taken.version,
    taken.side
from taken
inner join told on taken.group_key = told.group_key
