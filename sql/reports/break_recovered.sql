-- The match that took the entry of the written-off break :break_id after all, as it stood at
-- report.as_of, and who made it where people did; no row where none did.
select
    seated.known_at,
    seated.matched,
    decided.decided_by,
    decided.reason_code,
    report.mask_digits(nullif(decided.comment, '')) as comment
from report.written_off
inner join lateral (
    select
        match_group.known_from as known_at,
        match_group.pass_name,
        match_group.reason as matched
    from recon.match_item_history as seat
    inner join recon.match_group
        on
            seat.match_group_id = match_group.match_group_id
            and seat.known_from = match_group.known_from
    where
        seat.reconciliation = written_off.reconciliation
        and seat.entry_id = written_off.entry_id
        and match_group.known_from <= report.as_of()
        and (match_group.known_to is null or match_group.known_to > report.as_of())
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
        and entry.entry_id = written_off.entry_id
        and member.reconciliation = written_off.reconciliation
        and member.kind = 'together'
        and member.known_from <= report.as_of()
        and (member.known_to is null or member.known_to > report.as_of())
    order by decision.decision_id desc
    limit 1
) as decided on true
where written_off.break_id = cast(:break_id as uuid)
