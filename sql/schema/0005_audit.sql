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
