-- What this run takes from and brings to the days of each account: movements of the dirty
-- entries as they counted before and as they count now, and of the groups that go and come.
-- Of groups only those that straddle days or differ: no other changes a day's sums.
-- They are few, though the planner takes them for many: looked up one by one (offset 0).
-- Runs while the old seats and open entries still stand.
create temporary table day_change on commit drop as
with

counted_before as (

    select
        standing_seat.side,
        standing_seat.entry_id,
        standing_seat.version
    from dirty_entry
    inner join standing_seat on dirty_entry.entry_id = standing_seat.entry_id

    union all

    select
        open_entry.side,
        open_entry.entry_id,
        open_entry.version
    from dirty_entry
    inner join recon.open_entry
        on
            dirty_entry.entry_id = open_entry.entry_id
            and open_entry.reconciliation = :reconciliation

),

seats as (

    select
        -1 as factor,
        match_item.side,
        match_item.entry_id,
        match_item.version,
        match_item.match_group_id,
        match_group.last_date,
        match_group.difference_minor
    from gone_group
    inner join recon.match_group
        on
            gone_group.match_group_id = match_group.match_group_id
            and match_group.known_to is null
    inner join recon.match_item on gone_group.match_group_id = match_item.match_group_id
    where match_group.first_date < match_group.last_date or match_group.difference_minor <> 0

    union all

    select
        1 as factor,
        seated.side,
        seated.entry_id,
        seated.version,
        new_group.match_group_id,
        new_group.last_date,
        new_group.difference_minor
    from new_group
    inner join seated on new_group.group_key = seated.group_key
    where new_group.first_date < new_group.last_date or new_group.difference_minor <> 0

),

placed as (

    select
        *,
        row_number() over (partition by factor, match_group_id order by entry_id) as place
    from seats

),

told as (

    select
        'movement' as kind,
        -1 as factor,
        counted_before.side,
        cast(null as date) as last_date,
        cast(null as bigint) as difference_minor,
        entry.account_id,
        entry.currency,
        entry.booking_date,
        entry.business_date,
        entry.amount_minor,
        entry.fee_minor,
        entry.status
    from counted_before
    inner join staging.entry
        on
            counted_before.entry_id = entry.entry_id
            and counted_before.version = entry.version

    union all

    select
        'movement' as kind,
        1 as factor,
        closure_entry.side,
        cast(null as date) as last_date,
        cast(null as bigint) as difference_minor,
        entry.account_id,
        entry.currency,
        entry.booking_date,
        entry.business_date,
        entry.amount_minor,
        entry.fee_minor,
        entry.status
    from closure_entry
    inner join dirty_entry on closure_entry.entry_id = dirty_entry.entry_id
    inner join staging.entry
        on closure_entry.entry_id = entry.entry_id and entry.known_to is null

    union all

    select
        'seat' as kind,
        placed.factor,
        placed.side,
        placed.last_date,
        -- A group's difference once, with one of its entries.
        case when placed.place = 1 then placed.difference_minor else 0 end as difference_minor,
        entry.account_id,
        entry.currency,
        entry.booking_date,
        entry.business_date,
        entry.amount_minor,
        entry.fee_minor,
        entry.status
    from placed
    cross join
        lateral (
            select
                held.account_id,
                held.currency,
                held.booking_date,
                held.business_date,
                held.amount_minor,
                held.fee_minor,
                held.status
            from staging.entry as held
            where held.entry_id = placed.entry_id and held.version = placed.version
            offset 0  -- noqa: AM09
        ) as entry

)

select
    kind,
    factor,
    side = :ledger_side as is_ledger,
    case when :by_account then coalesce(account_id, 0) else 0 end as account_no,
    currency,
    coalesce(booking_date, business_date) as day,
    last_date,
    difference_minor,
    amount_minor,
    coalesce(fee_minor, 0) as fee_minor
from told
where status = 'SUCCESS'
