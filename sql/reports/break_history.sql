-- What happened to one break, in the order we learned it.
select
    known_at,
    event,
    code,
    status,
    resolution,
    amount,
    currency,
    explanation,
    actor,
    assigned_to,
    reason_code,
    comment,
    matched
from report.break_history
where break_id = cast(:break_id as uuid)
order by known_at
