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

sides as (

    select
        group_key,
        side,
        sum(amount_minor) as amount_minor
    from taken
    group by group_key, side

),

differences as (

    -- External − ledger; with several other sides the largest deviation.
    select distinct on (sides.group_key)
        sides.group_key,
        sides.amount_minor - coalesce(ledger.amount_minor, 0) as difference_minor
    from sides
    left join sides as ledger
        on sides.group_key = ledger.group_key and ledger.side = :ledger_side
    where sides.side <> :ledger_side
    order by
        sides.group_key asc,
        abs(sides.amount_minor - coalesce(ledger.amount_minor, 0)) desc,
        sides.side asc

),

grouped as (

    select
        group_key,
        cast(md5(concat_ws(
            '|',
            cast(:reconciliation as text),
            string_agg(subject_key, ',' order by subject_key)
        )) as uuid) as match_group_id,
        min(currency) as currency,
        min(reason) as reason,
        min(day) as first_date,
        max(day) as last_date,
        sum(amount_minor) as amount_minor
    from taken
    group by group_key

)

insert into seated (
    match_group_id, pass_name, difference_minor, currency, reason,
    first_date, last_date, entry_id, version, side
)
select
    grouped.match_group_id,
    :pass_name as pass_name,
    coalesce(differences.difference_minor, -grouped.amount_minor) as difference_minor,
    grouped.currency,
    grouped.reason,
    grouped.first_date,
    grouped.last_date,
    taken.entry_id,
    taken.version,
    taken.side
from taken
inner join grouped on taken.group_key = grouped.group_key
left join differences on taken.group_key = differences.group_key
