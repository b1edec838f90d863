-- A past report comes out the same to the byte: nothing becomes known before a moment that
-- somebody was told of, and what was overwritten in place is kept as it was.

-- Up to this moment knowledge is closed: whoever learns anything later stamps it later.
create table recon.closed_until (
    one boolean primary key default true check (one),
    moment timestamptz not null
);
comment on table recon.closed_until is 'The latest moment anybody was told of; nothing becomes known at it or before any more.';

create function recon.next_moment() returns timestamptz language sql stable as $$
    select coalesce(
        (select moment + interval '1 microsecond' from recon.closed_until),
        cast('-infinity' as timestamptz)
    )
$$;
comment on function recon.next_moment() is 'The first moment nobody was told of yet.';

-- What was landed became known, as everything, when nobody had been told otherwise.
alter table raw.coverage add column known_at timestamptz not null default '-infinity';
alter table raw.coverage disable trigger coverage_append_only;
update raw.coverage set known_at = interval_to;
alter table raw.coverage enable trigger coverage_append_only;

-- Names of the locks of all who may be writing what becomes known at :until or before. Who
-- has used a later moment of his clock already stamps later still.
create function recon.writers(until timestamptz) returns setof text language sql stable as $$
    select 'reconcile:' || reconciliation
    from recon.edge
    where known_at < until
    union
    select 'stage:' || source
    from staging.load
    group by source
    having max(known_at) < until
    union
    select 'land:' || source
    from raw.coverage
    group by source
    having max(known_at) < until
    union
    -- Their first run: begun, and nothing of it is there yet.
    select step || ':' || subject
    from recon.run
    where state = 'running' and step in ('land', 'stage', 'reconcile')
    union
    values ('accounts'), ('calendar')
$$;

-- Where an edge stood after each move of its clock.
create table recon.edge_history (
    reconciliation text not null,
    known_from timestamptz not null,
    as_of timestamptz not null,
    version integer not null,
    sha256 text not null,
    calendar text not null,
    primary key (reconciliation, known_from)
);
comment on table recon.edge_history is 'How far an edge was reconciled and by which rules, from which moment on; append only.';

insert into recon.edge_history (reconciliation, known_from, as_of, version, sha256, calendar)
select
    reconciliation,
    -- What was before nobody kept.
    cast('-infinity' as timestamptz) as known_from,
    as_of,
    version,
    sha256,
    calendar
from recon.edge;

create function recon.keep_edge() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into recon.edge_history (reconciliation, known_from, as_of, version, sha256, calendar)
    values (new.reconciliation, new.known_at, new.as_of, new.version, new.sha256, new.calendar)
    on conflict do nothing;
    return null;
end
$$;

create trigger edge_kept
after insert or update on recon.edge
for each row execute function recon.keep_edge();

create trigger edge_history_append_only
before update or delete or truncate on recon.edge_history
for each statement execute function ops.refuse_change();

-- Which entries were open after each run, until when, and why: the sums are in open_position.
create table recon.open_entry_history (
    reconciliation text not null,
    entry_id bigint not null,
    version integer not null,
    side text not null,
    due_at timestamptz,
    reason text,
    known_from timestamptz not null,
    known_to timestamptz,
    primary key (entry_id, reconciliation, known_from)
);
create index open_entry_history_live_idx on recon.open_entry_history (reconciliation)
where known_to is null;
comment on table recon.open_entry_history is 'Entries that were open after a run and until when; never deleted.';

insert into recon.open_entry_history (
    reconciliation, entry_id, version, side, due_at, reason, known_from
)
select
    open_entry.reconciliation,
    open_entry.entry_id,
    open_entry.version,
    open_entry.side,
    open_entry.due_at,
    open_entry.reason,
    edge.known_at as known_from
from recon.open_entry
inner join recon.edge on open_entry.reconciliation = edge.reconciliation;

create trigger open_entry_history_never_deleted
before delete or truncate on recon.open_entry_history
for each statement execute function ops.refuse_change();

-- Which accounts were known and whose: their numbers are masked in texts, their banks shown.
create table recon.account_history (
    account_id integer not null,
    known_from timestamptz not null,
    last4 text not null,
    bank_code text,
    primary key (account_id, known_from)
);
comment on table recon.account_history is 'What reports show of an account, from which moment on.';

insert into recon.account_history (account_id, known_from, last4, bank_code)
select
    account_id,
    cast('-infinity' as timestamptz) as known_from,
    last4,
    bank_code
from ops.account;

create function recon.keep_account() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    -- Together with others who write accounts, and never past who closes a moment.
    perform pg_advisory_xact_lock_shared(hashtextextended('accounts', 0));
    -- Within one such moment the last word counts: nobody was told of it.
    insert into recon.account_history (account_id, known_from, last4, bank_code)
    values (new.account_id, recon.next_moment(), new.last4, new.bank_code)
    on conflict (account_id, known_from) do update
        set last4 = excluded.last4, bank_code = excluded.bank_code;
    return null;
end
$$;

create trigger account_met
after insert on ops.account
for each row execute function recon.keep_account();

create trigger account_changed
after update on ops.account
for each row when ((old.last4, old.bank_code) is distinct from (new.last4, new.bank_code))
execute function recon.keep_account();

-- A calendar that was written anew, as it was for moments before :known_to.
create table recon.past_calendar (
    calendar text not null,
    known_to timestamptz not null,
    day date not null,
    is_business boolean not null,
    business_no integer not null,
    primary key (calendar, known_to, day)
);
comment on table recon.past_calendar is 'Calendars that people were told ages by before they changed.';

-- The account of a break is its entry's, which may be restated.
alter table recon.break_event add column account_id integer;

-- Every report and export that was made: what was asked, as of when, and its fingerprint.
create table ops.output (
    output_id bigint generated always as identity primary key,
    what text not null,  -- report, export, daily_break_report
    parameters jsonb not null,
    as_of timestamptz not null,
    sha256 text not null,
    bytes bigint not null,
    lines bigint not null,
    line_sums bytea not null,  -- CRC-32 of each line, four bytes: which line differs, not its words
    made_at timestamptz not null default clock_timestamp(),
    made_by text not null,
    unique (what, parameters, as_of, sha256)
);
comment on table ops.output is 'Reports and exports that were made, by the SHA-256 of their bytes; append only.';

create trigger output_append_only
before update or delete or truncate on ops.output
for each statement execute function ops.refuse_change();

create trigger report_archive_append_only
before update or delete or truncate on ops.report_archive
for each statement execute function ops.refuse_change();
