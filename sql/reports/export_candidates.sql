-- What each break's entry could belong to at report.as_of, a row a candidate or member; nothing
-- of it is matched. A suggestion that was not searched has no member.
select
    cast(break_id as text) as break_id,
    reconciliation,
    kind,
    rank,
    state,
    coalesce(source, '') as source,
    coalesce(txn_id, '') as txn_id,
    score,
    margin,
    reason
from report.break_candidates
where reconciliation = any(:reconciliations)
order by
    reconciliation collate "C",
    break_id,
    kind collate "C",
    rank,
    source collate "C",
    txn_id collate "C"
