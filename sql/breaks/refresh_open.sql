-- For every open entry of the edge: when its window is over, and why it may still be open.
-- Its window is held open (due_at null) while the hour or file that would hold its partner
-- is missing or was refused. Returns how many changed.
with

sides as (

    select *
    from unnest(
        cast(:sides as text[]), cast(:due_hours as integer[]), cast(:due_days as integer[])
    ) as given (side, due_hours, due_days)

),

side_sources as (

    select *
    from unnest(cast(:source_sides as text[]), cast(:sources as text[])) as given (side, source)

),

timed as (

    select
        open_entry.entry_id,
        open_entry.side,
        open_entry.account_id,
        open_entry.due_at as due_at_before,
        open_entry.reason as reason_before,
        live_entry.moment,
        sides.due_days is null as is_around,
        case
            when opening_item.source is not null then null  -- was not open here at go-live
            when sides.due_days is null
                then live_entry.ended_at + make_interval(hours => sides.due_hours)
            else cast(due_day.day + 1 as timestamp) at time zone 'Asia/Kolkata'
        end as due_at,
        case
            when cast(live_entry.moment at time zone 'Asia/Kolkata' as time) >= time '21:00'
                then 'TIM_CUTOFF'
            else 'TIM_IN_TRANSIT'
        end as reason
    from recon.open_entry
    inner join sides on open_entry.side = sides.side
    inner join recon.live_entry on open_entry.entry_id = live_entry.entry_id
    left join ops.calendar as own_day
        on own_day.calendar = :calendar and live_entry.day = own_day.day
    left join ops.calendar as due_day
        on
            due_day.calendar = :calendar
            and own_day.business_no + sides.due_days = due_day.business_no
            and due_day.is_business
    left join ops.opening_item
        on
            live_entry.source = opening_item.source
            and live_entry.entry_key = opening_item.entry_key
            and :reconciliation <> all(opening_item.open_on)
    where
        open_entry.reconciliation = :reconciliation
        and open_entry.status <> 'FAILED'

),

absent as (

    select
        source,
        account_id,
        range_from,
        range_to,
        'MIS_FILE' as reason
    from uncovered
    where :holds

    union all

    select
        source,
        account_id,
        range_from,
        range_to,
        'DQ_QUARANTINED' as reason
    from refused

),

held as (

    select
        timed.entry_id,
        min(absent.reason) as reason
    from timed
    inner join absent
        on
            timed.moment < absent.range_to + make_interval(mins => :hold_minutes)
            and absent.range_from - make_interval(mins => :hold_minutes)
            <= case when timed.is_around then timed.moment else timed.due_at end
            and coalesce(timed.account_id = absent.account_id, true)
            -- A refused file holds back the entries of its hour, not those of whole days.
            and (absent.reason = 'MIS_FILE' or timed.is_around)
    inner join side_sources
        on absent.source = side_sources.source and timed.side <> side_sources.side
    group by timed.entry_id

)

update recon.open_entry
set
    due_at = case when held.reason is null then timed.due_at end,
    reason = coalesce(held.reason, timed.reason)
from timed
left join held on timed.entry_id = held.entry_id
where
    open_entry.reconciliation = :reconciliation
    and open_entry.entry_id = timed.entry_id
    and (timed.due_at_before, timed.reason_before) is distinct from (
        case when held.reason is null then timed.due_at end,
        coalesce(held.reason, timed.reason)
    )
