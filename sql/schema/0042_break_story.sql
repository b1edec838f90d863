-- What closed a break is told where it was closed: the match that took its entry, and who made
-- it where people did. The explanation of that event is still what was wrong before.
create or replace view report.break_history as
select
    break_event.break_id,
    break.reconciliation,
    break_event.known_at,
    break_event.event,
    break_event.code,
    break_event.status,
    break_event.resolution,
    report.amount(break_event.amount_minor, break_event.currency) as amount,
    break_event.currency,
    break_event.business_date,
    break_event.opened_at,
    break_event.explanation,
    coalesce(break_event.actor, decided.decided_by) as actor,
    break_event.assigned_to,
    coalesce(break_event.reason_code, decided.reason_code) as reason_code,
    report.mask_digits(coalesce(break_event.comment, nullif(decided.comment, ''))) as comment,
    seated.reason as matched
from recon.break_event
inner join recon.break on break_event.break_id = break.break_id
left join lateral (
    select
        match_group.pass_name,
        match_group.reason
    from recon.match_item_history as seat
    inner join recon.match_group
        on
            seat.match_group_id = match_group.match_group_id
            and seat.known_from = match_group.known_from
    where
        break_event.event = 'resolved'
        and break_event.actor is null
        and seat.reconciliation = break.reconciliation
        and seat.entry_id = break_event.entry_id
        and match_group.known_from <= break_event.known_at
        and (match_group.known_to is null or match_group.known_to > break_event.known_at)
    order by match_group.known_from desc
    limit 1
) as seated on true
left join lateral (
    select
        decision.decided_by,
        decision.reason_code,
        decision.comment
    from staging.entry
    inner join recon.decision_member as member
        on entry.source = member.source and entry.entry_key = member.entry_key
    inner join recon.decision on member.decision_id = decision.decision_id
    where
        seated.pass_name = 'manual'
        and entry.entry_id = break_event.entry_id
        and member.reconciliation = break.reconciliation
        and member.kind = 'together'
        and member.known_from <= break_event.known_at
        and (member.known_to is null or member.known_to > break_event.known_at)
    order by decision.decision_id desc
    limit 1
) as decided on true
where break_event.known_at <= report.as_of();
comment on view report.break_history is 'What happened to a break, who did it, and when did we learn it? matched: the match that closed it.';
