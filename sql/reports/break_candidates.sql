-- What the break's entry could belong to, the best first. Of those that fit equally none is better:
-- their rank is a number to call them by, as decisions/suggestion counts them.
select
    kind,
    case
        when kind = 'fits'
            then row_number() over (
                partition by kind
                order by business_date asc, source asc, txn_id asc
            )
        else rank
    end as rank,
    source,
    txn_id,
    amount,
    currency,
    business_date,
    score,
    margin,
    state,
    reason,
    written_off_on,
    written_off_by
from report.break_candidates
where break_id = cast(:break_id as uuid)
order by kind, rank, business_date, source, txn_id
