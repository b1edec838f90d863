-- What was done and when. Written on a connection of its own, so it outlives a rollback.
create schema audit;

create table audit.api_call (
    call_id bigint generated always as identity primary key,
    source text not null,
    method text not null,
    endpoint text not null,  -- path only: never query, headers, bodies, tokens
    started_at timestamptz not null,
    status integer,  -- null: no answer
    outcome text not null,  -- ok, retry, refused, timeout, tls, circuit_open …
    latency_ms integer not null,
    bytes bigint not null,
    attempt integer not null
);

create table audit.file_transfer (
    transfer_id bigint generated always as identity primary key,
    source text not null,
    host text not null,
    name text not null,
    started_at timestamptz not null,
    outcome text not null,
    latency_ms integer not null,
    bytes bigint not null,
    sha256 text,
    attempt integer not null
);

create table audit.event (
    event_id bigint generated always as identity primary key,
    happened_at timestamptz not null default now(),
    actor text not null,
    action text not null,
    subject text not null,
    detail jsonb not null default '{}',
    previous_hash bytea,
    hash bytea
);

create function audit.only_seal() returns trigger language plpgsql as $$
begin
    if old.hash is null
        and (old.event_id, old.happened_at, old.actor, old.action, old.subject, old.detail)
            is not distinct from
            (new.event_id, new.happened_at, new.actor, new.action, new.subject, new.detail)
    then
        return new;
    end if;
    raise exception 'audit.event is append only' using errcode = 'insufficient_privilege';
end
$$;

create trigger event_only_sealed
before update on audit.event
for each row execute function audit.only_seal();

create trigger event_never_deleted
before delete or truncate on audit.event
for each statement execute function ops.refuse_change();

create trigger api_call_append_only
before update or delete or truncate on audit.api_call
for each statement execute function ops.refuse_change();

create trigger file_transfer_append_only
before update or delete or truncate on audit.file_transfer
for each statement execute function ops.refuse_change();

create trigger break_event_append_only
before update or delete or truncate on recon.break_event
for each statement execute function ops.refuse_change();

create trigger match_item_history_append_only
before update or delete or truncate on recon.match_item_history
for each statement execute function ops.refuse_change();
