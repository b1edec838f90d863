-- Operational facts: accounts, calendars, limits shared by all workers, alerts, mail.
create schema ops;

create table ops.account (
    account_id integer generated always as identity primary key,
    number_index bytea not null unique,  -- keyed blind index (HMAC-SHA-256) of the number
    number_cipher bytea not null,  -- AES-256-GCM
    last4 text not null,
    bank_code text,
    currency text,
    calendar text not null default 'india_bank',
    opening_date date,  -- business date at whose end the opening balances stood
    opening_ledger_minor bigint,
    opening_statement_minor bigint,
    state text not null default 'discovered' check (state in ('discovered', 'configured')),
    first_source text not null
);
comment on table ops.account is 'One bank or ledger account. The number is encrypted; joins use its blind index.';

-- Proof that the keys of today are those the stored rows were made with.
create table ops.key_check (
    key_id text primary key,  -- a data key's id, or 'index'
    proof bytea not null
);

create table ops.calendar (
    calendar text not null,
    day date not null,
    is_business boolean not null,
    business_no integer not null,  -- business days up to and including this day
    reason text,  -- weekend, second Saturday, the holiday's name
    primary key (calendar, day)
);

create table ops.rate_limit (
    source text primary key,
    tokens double precision not null,
    refilled_at timestamptz not null
);

create table ops.circuit (
    source text primary key,
    state text not null check (state in ('closed', 'open', 'half_open')),
    failures integer not null,
    opened_at timestamptz,
    retry_at timestamptz
);

create table ops.alert (
    alert_id bigint generated always as identity primary key,
    kind text not null,  -- deadline_missed, api_down, source_late, proof_unexplained …
    subject text not null,
    detail text not null,
    raised_at timestamptz not null default now(),
    cleared_at timestamptz,
    unique (kind, subject)
);

create table ops.outbox (
    message_id text primary key,  -- deterministic, so nothing is mailed twice
    recipients text not null,
    subject text not null,
    body_cipher bytea not null,
    state text not null check (state in ('queued', 'sent', 'failed')),
    attempts integer not null default 0,
    last_error text,
    queued_at timestamptz not null default now(),
    sent_at timestamptz
);

create table ops.report_archive (
    report text not null,
    business_date date not null,
    as_of timestamptz not null,
    sha256 text not null,
    body_cipher bytea not null,
    primary key (report, business_date, as_of)
);

-- Append-only tables: not even their owner changes a row by accident.
create function ops.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '%.% is append only', tg_table_schema, tg_table_name
        using errcode = 'insufficient_privilege';
end
$$;
