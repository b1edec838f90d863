-- The seats that the closure and the dirty entries hold now; what left the edge is among the latter.
create temporary table standing_seat on commit drop as
with

touched as (

    select entry_id
    from closure_entry

    union all

    select dirty_entry.entry_id
    from dirty_entry
    left join closure_entry on dirty_entry.entry_id = closure_entry.entry_id
    where closure_entry.entry_id is null

)

select
    match_item.entry_id,
    match_item.version,
    match_item.side,
    match_item.match_group_id
from touched
inner join recon.match_item
    on
        touched.entry_id = match_item.entry_id
        and match_item.reconciliation = :reconciliation
