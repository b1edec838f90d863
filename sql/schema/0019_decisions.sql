-- What people decide about entries and breaks. A decision names entries by what they are
-- (source and key), so it survives reruns, restatements, backfills and changed rules.
create table recon.decision (
    decision_id bigint generated always as identity primary key,
    reconciliation text not null,
    kind text not null check (kind in ('together', 'apart')),
    members integer not null check (members >= 2),
    reason_code text not null check (reason_code <> ''),
    comment text not null default '',
    decided_by text not null check (btrim(decided_by) <> ''),
    decided_at timestamptz not null default now(),  -- for people; known_from is the edge's clock
    known_from timestamptz not null,
    known_to timestamptz,
    ended_by text,
    end_reason text,
    check ((known_to is null) = (ended_by is null)),
    check (known_to > known_from)
);
create index decision_edge_idx on recon.decision (reconciliation, kind) where known_to is null;
comment on table recon.decision is 'together: a match made by hand; apart: entries that no pass may seat together.';

create table recon.decision_member (
    decision_id bigint not null references recon.decision,
    reconciliation text not null,
    kind text not null,
    source text not null,
    entry_key text not null,
    known_from timestamptz not null,
    known_to timestamptz,
    primary key (decision_id, source, entry_key)
);
-- One live manual match an entry and edge: the database says so.
create unique index decision_member_together_key
on recon.decision_member (source, entry_key, reconciliation)
where kind = 'together' and known_to is null;
create index decision_member_apart_idx
on recon.decision_member (source, entry_key, reconciliation)
where kind = 'apart' and known_to is null;
create index decision_member_begun_idx on recon.decision_member (reconciliation, known_from);
create index decision_member_ended_idx on recon.decision_member (reconciliation, known_to)
where known_to is not null;

-- A decision is ended once, and nothing else of it changes.
create function recon.only_end() returns trigger language plpgsql as $$
begin
    if old.known_to is null and new.known_to is not null
        and to_jsonb(old) - array['known_to', 'ended_by', 'end_reason']
            = to_jsonb(new) - array['known_to', 'ended_by', 'end_reason']
    then
        return new;
    end if;
    raise exception '%.% is append only', tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;

create trigger decision_only_ended
before update on recon.decision
for each row execute function recon.only_end();

create trigger decision_never_deleted
before delete or truncate on recon.decision
for each statement execute function ops.refuse_change();

create trigger decision_member_only_ended
before update on recon.decision_member
for each row execute function recon.only_end();

create trigger decision_member_never_deleted
before delete or truncate on recon.decision_member
for each statement execute function ops.refuse_change();

-- A write-off is asked for by one person and answered by another.
create table recon.write_off (
    write_off_id bigint generated always as identity primary key,
    break_id uuid not null references recon.break,
    code text not null,  -- and the amount: what was asked for; nothing else is written off
    amount_minor bigint not null,
    currency text not null,
    reason_code text not null check (reason_code <> ''),
    comment text not null default '',
    asked_by text not null check (btrim(asked_by) <> ''),
    asked_at timestamptz not null default now(),
    known_from timestamptz not null,
    answer text check (answer in ('approved', 'refused', 'lapsed')),
    answered_by text check (btrim(answered_by) <> ''),
    answered_at timestamptz,
    answer_comment text not null default '',
    answer_known_from timestamptz,
    constraint write_off_never_of_a_proof check (code <> 'PROOF_UNEXPLAINED'),
    -- lapsed: it became something else, and a new one was asked for.
    constraint write_off_two_people check (
        answer = 'lapsed' or lower(btrim(answered_by)) <> lower(btrim(asked_by))
    ),
    constraint write_off_answered_whole check (
        num_nonnulls(answer, answered_by, answered_at, answer_known_from) in (0, 4)
    )
);
create unique index write_off_waiting_key on recon.write_off (break_id) where answer is null;
create index write_off_break_idx on recon.write_off (break_id);
comment on table recon.write_off is 'Write-offs asked for by a maker and answered by a checker, who is somebody else.';

create function recon.only_answer() returns trigger language plpgsql as $$
begin
    if old.answer is null and new.answer is not null
        and to_jsonb(old)
            - array['answer', 'answered_by', 'answered_at', 'answer_comment', 'answer_known_from']
            = to_jsonb(new)
            - array['answer', 'answered_by', 'answered_at', 'answer_comment', 'answer_known_from']
    then
        return new;
    end if;
    raise exception 'recon.write_off is append only' using errcode = 'insufficient_privilege';
end
$$;

create trigger write_off_only_answered
before update on recon.write_off
for each row execute function recon.only_answer();

create trigger write_off_never_deleted
before delete or truncate on recon.write_off
for each statement execute function ops.refuse_change();

-- A break is written off by an approved request for exactly that code and amount, and an
-- unexplained rest by nobody, under no name.
create function recon.check_write_off() returns trigger language plpgsql as $$
begin
    if new.code = 'PROOF_UNEXPLAINED' then
        raise exception 'PROOF_UNEXPLAINED cannot be closed as %', new.resolution
            using errcode = 'check_violation', constraint = 'break_proof_stays';
    end if;
    if new.resolution = 'written_off' and not exists (
        select
        from recon.write_off
        where
            write_off.break_id = new.break_id
            and write_off.answer = 'approved'
            and write_off.code = new.code
            and write_off.amount_minor = new.amount_minor
            and write_off.currency = new.currency
    )
    then
        raise exception 'no approved write-off of that code and amount'
            using errcode = 'check_violation', constraint = 'break_written_off_by_two';
    end if;
    return new;
end
$$;

create trigger break_written_off
before insert or update on recon.break
for each row when (new.resolution in ('written_off', 'claimed', 'not_a_break'))
execute function recon.check_write_off();

-- Who has it, and what people did: events like any other.
alter table recon.break add column assigned_to text;
comment on column recon.break.owner is 'Whose work it is by the definition; assigned_to is the person.';

alter table recon.break_event
add column actor text,
add column assigned_to text,
add column reason_code text,
add column comment text;
alter table recon.break_event drop constraint break_event_event_check;
alter table recon.break_event add constraint break_event_event_check check (
    event in (
        'opened', 'changed', 'resolved', 'reopened',
        'assigned', 'commented', 'write_off_asked', 'write_off_approved', 'write_off_refused'
    )
);
comment on column recon.break_event.actor is 'Who did it; null: the run that found it.';

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
    break_event.actor,
    break_event.assigned_to,
    break_event.reason_code,
    report.mask_digits(break_event.comment) as comment
from recon.break_event
inner join recon.break on break_event.break_id = break.break_id
where break_event.known_at <= report.as_of();

create view report.break_assignments as
select distinct on (break_id)
    break_id,
    assigned_to
from recon.break_event
where known_at <= report.as_of()
order by break_id asc, known_at desc;
comment on view report.break_assignments is 'Who has a break? Null: nobody yet.';

create view report.decisions as
select
    decision.decision_id,
    decision.reconciliation,
    decision.kind,
    decision.reason_code,
    report.mask_digits(decision.comment) as comment,
    decision.decided_by,
    decision.decided_at,
    member.source,
    coalesce(entry.txn_id, member.entry_key) as txn_id,
    decision.known_from,
    decision.known_to,
    decision.ended_by,
    decision.end_reason
from recon.decision
inner join recon.decision_member as member on decision.decision_id = member.decision_id
left join staging.entry
    on
        member.source = entry.source
        and member.entry_key = entry.entry_key
        and entry.known_to is null
where
    decision.known_from <= report.as_of()
    and (decision.known_to is null or decision.known_to > report.as_of());
comment on view report.decisions is 'What did people match or take apart, who, and why? One row an entry.';

create view report.write_offs as
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
    write_off.known_from
from recon.write_off
inner join recon.break on write_off.break_id = break.break_id
where write_off.known_from <= report.as_of();
comment on view report.write_offs is 'Which write-offs were asked for, by whom, and who answered?';
