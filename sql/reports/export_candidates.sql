-- What each break's entry could belong to at report.as_of, a row a candidate or member; nothing
-- of it is matched. A suggestion that was not searched has no member.
select
    cast(told.break_id as text) as break_id,
    told.reconciliation,
    told.kind,
    told.rank,
    told.state,
    coalesce(told.source, '') as source,
    coalesce(told.txn_id, '') as txn_id,
    told.score,
    told.margin,
    told.reason
from report.break_candidates as told
where told.reconciliation = any(:reconciliations)
order by
    told.reconciliation collate "C",
    told.break_id,
    told.kind collate "C",
    told.rank,
    told.source collate "C",
    told.txn_id collate "C"
