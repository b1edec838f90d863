-- What the break's entry could belong to, the best first.
select
    kind,
    rank,
    source,
    txn_id,
    amount,
    currency,
    business_date,
    score,
    margin,
    state,
    reason
from report.break_candidates
where break_id = cast(:break_id as uuid)
order by kind, rank, business_date, source, txn_id
