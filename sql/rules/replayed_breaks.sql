-- Every break that stands in the sandbox, as `export breaks` names them.
select
    cast(break.break_id as text) as break_id,
    break.reconciliation,
    break.code,
    break.status,
    break.source,
    coalesce(anchor.txn_id, '') as txn_id
from recon.break
left join lateral (
    select entry.txn_id
    from staging.entry
    where entry.entry_id = break.entry_id
    order by entry.version desc
    limit 1
) as anchor on true
where break.status <> 'RESOLVED'
order by break.break_id
