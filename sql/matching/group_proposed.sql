-- Each group that the last pass proposed gets its id, difference and dates.
-- The id is made of what the entries are, not of when they came, so any repeat, in any
-- order, makes the same: four digits of its first date, then of the hash of its entries' keys.
with

found as (

    select
        proposed.group_key,
        proposed.entry_id = proposed.group_key as is_head,
        proposed.reason,
        open_entry.side,
        open_entry.subject_key,
        open_entry.amount_minor,
        open_entry.currency,
        open_entry.day
    from proposed
    inner join open_entry on proposed.entry_id = open_entry.entry_id

),

larger as (

    select group_key
    from proposed
    where entry_id <> group_key
    group by group_key
    having count(*) > 1

),

pairs as (

    -- Nearly all groups are two entries: nothing of them needs to be sorted or summed up.
    select
        heads.group_key,
        heads.currency,
        heads.reason,
        case
            when heads.subject_key < others.subject_key
                then concat(heads.subject_key, ',', others.subject_key)
            else concat(others.subject_key, ',', heads.subject_key)
        end as subject_keys,
        least(heads.day, others.day) as first_date,
        greatest(heads.day, others.day) as last_date,
        case
            when heads.side <> :ledger_side and others.side = :ledger_side
                then heads.amount_minor - others.amount_minor
            when heads.side = :ledger_side and others.side <> :ledger_side
                then others.amount_minor - heads.amount_minor
            when heads.side = :ledger_side then -heads.amount_minor - others.amount_minor
            when heads.side = others.side then heads.amount_minor + others.amount_minor
            when abs(heads.amount_minor) > abs(others.amount_minor) then heads.amount_minor
            when abs(heads.amount_minor) < abs(others.amount_minor) then others.amount_minor
            when heads.side < others.side then heads.amount_minor
            else others.amount_minor
        end as difference_minor
    from found as heads
    inner join found as others on heads.group_key = others.group_key
    left join larger on heads.group_key = larger.group_key
    where heads.is_head and not others.is_head and larger.group_key is null

),

members as (

    select found.*
    from found
    inner join larger on found.group_key = larger.group_key

),

sums as (

    select
        group_key,
        side,
        sum(amount_minor) as amount_minor
    from members
    group by group_key, side

),

deviations as (

    -- External − ledger; with several other sides the largest deviation.
    select distinct on (sums.group_key)
        sums.group_key,
        sums.amount_minor - coalesce(ledger.amount_minor, 0) as difference_minor
    from sums
    left join sums as ledger
        on sums.group_key = ledger.group_key and ledger.side = :ledger_side
    where sums.side <> :ledger_side
    order by
        sums.group_key asc,
        abs(sums.amount_minor - coalesce(ledger.amount_minor, 0)) desc,
        sums.side asc

),

sets as (

    select
        members.group_key,
        min(members.currency) as currency,
        min(members.reason) as reason,
        string_agg(members.subject_key, ',' order by members.subject_key) as subject_keys,
        min(members.day) as first_date,
        max(members.day) as last_date,
        coalesce(min(deviations.difference_minor), -sum(members.amount_minor))
            as difference_minor
    from members
    left join deviations on members.group_key = deviations.group_key
    group by members.group_key

),

told as (

    select
        group_key,
        subject_keys,
        difference_minor,
        currency,
        reason,
        first_date,
        last_date
    from pairs

    union all

    select
        group_key,
        subject_keys,
        difference_minor,
        currency,
        reason,
        first_date,
        last_date
    from sets

)

insert into found_group (
    group_key, match_group_id, pass_name, difference_minor, currency, reason,
    first_date, last_date
)
select
    group_key,
    cast(
        lpad(to_hex(first_date - date '1970-01-01'), 4, '0')
        || substr(md5(cast(:reconciliation as text) || '|' || subject_keys), 5)
        as uuid
    ) as match_group_id,
    :pass_name as pass_name,
    difference_minor,
    currency,
    reason,
    first_date,
    last_date
from told
