-- The first entry of the ledger :source that is listed as one no definition takes and is none,
-- or is one and is not listed. `:admits` is what the definitions ask for
-- (reconciliation/where.py).
with

held as (

    select *
    from recon.no_edge_entry
    where reconciliation = :reconciliation and source = :source

),

alone as (

    select entry_id
    from staging.entry
    where
        known_to is null
        and source = :source
        and not coalesce((:admits), false)

)

select
    coalesce(held.entry_id, alone.entry_id) as entry_id,
    case when held.entry_id is null then 'not listed' else 'listed' end as stored,
    case when alone.entry_id is null then 'a definition takes it' else 'listed' end as again
from held
full outer join alone on held.entry_id = alone.entry_id
where held.entry_id is null or alone.entry_id is null
order by 1
limit 1
