-- The first fee of :reconciliation that is kept and is the contract's, or is not and is not kept
-- so.
with

held as (

    select *
    from recon.fee_variance
    where reconciliation = :reconciliation

)

select
    coalesce(held.match_group_id, again.match_group_id) as match_group_id,
    coalesce(
        concat_ws(', ', held.entry_id, held.code, held.amount_minor, held.explanation), 'none'
    ) as stored,
    coalesce(
        concat_ws(', ', again.entry_id, again.code, again.amount_minor, again.explanation), 'none'
    ) as again
from held
full outer join fee_variance_again as again on held.match_group_id = again.match_group_id
where
    (held.entry_id, held.code, held.amount_minor, held.explanation)
    is distinct from (again.entry_id, again.code, again.amount_minor, again.explanation)
order by 1
limit 1
