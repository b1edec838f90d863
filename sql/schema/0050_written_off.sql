-- Who was logged in at the machine when a write-off was asked for and answered, beside the names
-- they gave: two names may be typed by one person.
alter table recon.write_off add column asked_login text, add column answered_login text;
comment on column recon.write_off.asked_login is 'The operating system''s user who asked; null: from before it was kept.';

create or replace function recon.only_answer() returns trigger language plpgsql as $$
declare
    answered constant text[] := array[
        'answer', 'answered_by', 'answered_at', 'answer_comment', 'answer_known_from',
        'answered_login'
    ];
begin
    if old.answer is null and new.answer is not null
        and to_jsonb(old) - answered = to_jsonb(new) - answered
    then
        return new;
    end if;
    raise exception 'recon.write_off is append only' using errcode = 'insufficient_privilege';
end
$$;

drop trigger write_off_sealed on recon.write_off;
create trigger write_off_sealed before insert or update on recon.write_off
for each row execute function ops.seal_row(
    'answer', 'answered_by', 'answered_at', 'answer_comment', 'answer_known_from',
    'answered_login'
);

create or replace view report.write_offs as
select
    write_off.write_off_id,
    write_off.break_id,
    break.reconciliation,
    write_off.code,
    report.amount(write_off.amount_minor, write_off.currency) as amount,
    write_off.currency,
    write_off.reason_code,
    report.mask_digits(write_off.comment) as comment,
    write_off.asked_by,
    write_off.asked_at,
    case when write_off.answer_known_from <= report.as_of() then write_off.answer end as answer,
    case when write_off.answer_known_from <= report.as_of() then write_off.answered_by end
        as answered_by,
    write_off.known_from,
    write_off.asked_login,
    case when write_off.answer_known_from <= report.as_of() then write_off.answered_login end
        as answered_login
from recon.write_off
inner join recon.break on write_off.break_id = break.break_id
where write_off.known_from <= report.as_of();

-- An entry of which only a fee was written off stood matched: it is in no danger of being booked
-- twice, and not here.
create view report.written_off as
select distinct on (write_off.break_id)
    write_off.break_id,
    break.reconciliation,
    latest.entry_id,
    latest.code,
    report.amount(latest.amount_minor, latest.currency) as amount,
    latest.currency,
    write_off.reason_code,
    write_off.asked_by,
    write_off.answered_by,
    write_off.answer_known_from as written_off_at,
    cast(write_off.answer_known_from at time zone 'Asia/Kolkata' as date) as written_off_on
from recon.write_off
inner join recon.break on write_off.break_id = break.break_id
inner join lateral (
    select break_event.*
    from recon.break_event
    where
        break_event.break_id = break.break_id
        and break_event.known_at <= report.as_of()
    order by break_event.known_at desc
    limit 1
) as latest on true
where
    write_off.answer = 'approved'
    and write_off.answer_known_from <= report.as_of()
    and latest.resolution = 'written_off'
    and latest.entry_id is not null
    and not exists (
        select
        from recon.match_item_history as seat
        inner join recon.match_group
            on
                seat.match_group_id = match_group.match_group_id
                and seat.known_from = match_group.known_from
        where
            seat.reconciliation = break.reconciliation
            and seat.entry_id = latest.entry_id
            and match_group.known_from <= write_off.answer_known_from
            and (
                match_group.known_to is null
                or match_group.known_to > write_off.answer_known_from
            )
    )
order by write_off.break_id asc, write_off.answer_known_from desc;
comment on view report.written_off is 'Which open entries did two people write off, who, and when?';

create or replace view report.break_candidates as
with

told as (

    select
        candidate.reconciliation,
        candidate.entry_id,
        'fits' as kind,
        cast(1 as smallint) as rank,
        candidate.candidate_entry_id as member_id,
        cast(null as smallint) as score,
        cast(null as smallint) as margin,
        'several' as state,
        candidate.reason
    from recon.candidate
    where
        candidate.known_from <= report.as_of()
        and (candidate.known_to is null or candidate.known_to > report.as_of())

    union all

    select
        suggestion.reconciliation,
        suggestion.entry_id,
        suggestion.kind,
        suggestion.rank,
        member.member_id,
        suggestion.score,
        suggestion.margin,
        suggestion.state,
        suggestion.reason
    from recon.suggestion
    left join lateral unnest(suggestion.members) as member (member_id) on true
    where
        suggestion.known_from <= report.as_of()
        and (suggestion.known_to is null or suggestion.known_to > report.as_of())

)

select
    break.break_id,
    told.reconciliation,
    told.kind,
    told.rank,
    entry.source,
    entry.txn_id,
    report.amount(entry.amount_minor, entry.currency) as amount,
    entry.currency,
    entry.business_date,
    told.score,
    told.margin,
    told.state,
    told.reason,
    written_off.written_off_on,
    written_off.asked_by || ' and ' || written_off.answered_by as written_off_by
from told
inner join recon.break
    on
        told.reconciliation = break.reconciliation
        and told.entry_id = break.entry_id
        and break.subject_kind = 'entry'
left join staging.entry
    on
        told.member_id = entry.entry_id
        and entry.known_from <= report.as_of()
        and (entry.known_to is null or entry.known_to > report.as_of())
left join report.written_off
    on
        told.member_id = written_off.entry_id
        and told.reconciliation = written_off.reconciliation;
comment on column report.break_candidates.written_off_on is 'The day on which two people wrote it off; null: they did not.';
