-- Every open entry that money or time hangs on, and beside it all that shares a key with
-- one: open or seated, so that a contradiction or a duplicate can be seen. Crowds stay out.
create temporary table scene on commit drop as
with

waiting as (

    select
        entry_id,
        side
    from recon.open_entry
    where
        reconciliation = :reconciliation
        and status <> 'FAILED'
        and entry_id not in (select crowd.entry_id from crowd)

),

-- Each key once: a settlement's thousand open lines share one, and a thousand times a
-- thousand neighbours is what that would otherwise cost.
shared as materialized (

    select distinct entry_block.block_key
    from waiting
    inner join recon.entry_block
        on
            entry_block.reconciliation = :reconciliation
            and entry_block.tier = 1
            and waiting.entry_id = entry_block.entry_id

),

beside as (

    select distinct
        neighbour.entry_id,
        neighbour.side
    from shared
    inner join recon.entry_block as neighbour
        on
            neighbour.reconciliation = :reconciliation
            and shared.block_key = neighbour.block_key

),

present as (

    select
        entry_id,
        side
    from waiting
    union
    select
        entry_id,
        side
    from beside

)

select
    present.side,
    present.side = :ledger_side as is_ledger,
    live_entry.*,
    match_item.match_group_id,
    match_item.entry_id is null as is_open,
    open_entry.due_at,
    coalesce(open_entry.due_at <= :as_of, false) as is_due,
    account.last4,
    recon.decimal_text(live_entry.amount_minor, live_entry.currency) || ' ' || live_entry.currency
        as amount_text
from present
inner join recon.live_entry on present.entry_id = live_entry.entry_id
left join recon.match_item
    on
        match_item.reconciliation = :reconciliation
        and present.entry_id = match_item.entry_id
left join recon.open_entry
    on
        open_entry.reconciliation = :reconciliation
        and present.entry_id = open_entry.entry_id
left join ops.account on live_entry.account_id = account.account_id
