-- What the edge learned with this tick: groups that came and went, breaks that moved.
select
    'matched' as change,
    cast(match_group_id as text) as id,
    pass_name as what,
    reason as words
from recon.match_group
where reconciliation = :reconciliation and known_from = :known_at

union all

select
    'released' as change,
    cast(match_group_id as text) as id,
    pass_name as what,
    reason as words
from recon.match_group
where reconciliation = :reconciliation and known_to = :known_at

union all

select
    'break ' || break_event.event as change,
    cast(break_event.break_id as text) as id,
    break_event.code as what,
    break_event.explanation as words
from recon.break
inner join recon.break_event
    on break.break_id = break_event.break_id and break.known_at = break_event.known_at
where break.reconciliation = :reconciliation and break.known_at = :known_at

order by change, id
