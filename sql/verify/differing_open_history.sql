-- The first open entry of :reconciliation that its history does not have as it is now, or that
-- the history has and is not open.
with

held as (

    select *
    from recon.open_entry_history
    where reconciliation = :reconciliation and known_to is null

),

open_now as (

    select *
    from recon.open_entry
    where reconciliation = :reconciliation

)

select
    coalesce(held.entry_id, open_now.entry_id) as entry_id,
    coalesce(
        concat_ws(', ', held.version, held.side, held.due_at, held.reason), 'not open'
    ) as stored,
    coalesce(
        concat_ws(', ', open_now.version, open_now.side, open_now.due_at, open_now.reason),
        'not open'
    ) as again
from held
full outer join open_now on held.entry_id = open_now.entry_id
where
    held.entry_id is null
    or open_now.entry_id is null
    or (held.version, held.side, held.due_at, held.reason)
    is distinct from (open_now.version, open_now.side, open_now.due_at, open_now.reason)
order by 1
limit 1
