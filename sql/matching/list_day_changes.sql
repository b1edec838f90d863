-- What this run takes from and brings to the days of each account: movements of the dirty
-- entries as they counted before and as they count now, and of the groups that go and come.
-- Runs while the old seats and open entries still stand.
create temporary table day_change on commit drop as
with

counted as (

    select
        -1 as factor,
        match_item.side,
        match_item.entry_id,
        match_item.version
    from dirty_entry
    inner join recon.match_item
        on
            dirty_entry.entry_id = match_item.entry_id
            and match_item.reconciliation = :reconciliation

    union all

    select
        -1 as factor,
        open_entry.side,
        open_entry.entry_id,
        open_entry.version
    from dirty_entry
    inner join recon.open_entry
        on
            dirty_entry.entry_id = open_entry.entry_id
            and open_entry.reconciliation = :reconciliation

    union all

    select
        1 as factor,
        closure_entry.side,
        live_entry.entry_id,
        live_entry.version
    from closure_entry
    inner join dirty_entry on closure_entry.entry_id = dirty_entry.entry_id
    inner join recon.live_entry on closure_entry.entry_id = live_entry.entry_id

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

),

told as (

    select
        'movement' as kind,
        factor,
        side,
        entry_id,
        version,
        cast(null as date) as last_date,
        cast(null as bigint) as difference_minor
    from counted

    union all

    select
        'seat' as kind,
        factor,
        side,
        entry_id,
        version,
        last_date,
        -- A group's difference once, with one of its entries.
        case
            when row_number() over (partition by factor, match_group_id order by entry_id) = 1
                then difference_minor
            else 0
        end as difference_minor
    from seats

)

select
    told.kind,
    told.factor,
    told.side = :ledger_side as is_ledger,
    case when :by_account then coalesce(entry.account_id, 0) else 0 end as account_no,
    entry.currency,
    coalesce(entry.booking_date, entry.business_date) as day,
    told.last_date,
    told.difference_minor,
    entry.amount_minor,
    coalesce(entry.fee_minor, 0) as fee_minor
from told
inner join staging.entry on told.entry_id = entry.entry_id and told.version = entry.version
where entry.status = 'SUCCESS'
