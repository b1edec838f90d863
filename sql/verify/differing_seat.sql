-- The first seat of :reconciliation that is not the same in match_item, which has those of live
-- groups, and in their history, or that is of no group.
with

history as (

    select
        item.entry_id,
        item.version,
        item.side,
        item.match_group_id,
        match_group.match_group_id is not null and match_group.known_to is null as is_live,
        match_group.match_group_id is null as is_lost
    from recon.match_item_history as item
    left join recon.match_group
        on
            item.match_group_id = match_group.match_group_id
            and item.known_from = match_group.known_from
            and item.reconciliation = match_group.reconciliation
    where item.reconciliation = :reconciliation

),

live as (

    select *
    from recon.match_item
    where reconciliation = :reconciliation

)

select
    coalesce(live.match_group_id, history.match_group_id) as match_group_id,
    coalesce('entry ' || live.entry_id || '.' || live.version || ' ' || live.side, 'no seat')
        as stored,
    case
        when history.is_lost then 'a seat in no group'
        else coalesce(
            'entry ' || history.entry_id || '.' || history.version || ' ' || history.side,
            'no live group that seats it'
        )
    end as again
from live
full outer join history
    on
        live.entry_id = history.entry_id
        and live.match_group_id = history.match_group_id
        and live.version = history.version
        and live.side = history.side
        and history.is_live
where
    coalesce(history.is_lost, false)
    or (live.entry_id is null and history.is_live)
    or history.entry_id is null
order by 1, 2, 3
limit 1
