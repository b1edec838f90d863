-- The canonical record, versioned: a changed row is a new version, a vanished one is retracted.
create schema staging;

create table staging.load (
    load_id bigint generated always as identity primary key,
    source text not null,
    interval_from timestamptz not null,
    interval_to timestamptz not null,
    known_at timestamptz not null,  -- the source's own clock of knowledge, strictly rising
    parser_version text not null,
    rows_parsed integer not null default 0,
    entries_new integer not null default 0,
    entries_changed integer not null default 0,
    entries_retracted integer not null default 0,
    rows_quarantined integer not null default 0,
    rows_repeated integer not null default 0,
    rows_outside integer not null default 0,  -- beyond the interval: they come with their own
    recorded_at timestamptz not null default now(),
    unique (source, known_at)
);

create table staging.load_delivery (
    delivery_id bigint not null references raw.delivery,
    load_id bigint not null references staging.load,
    outcome text not null check (outcome in ('loaded', 'duplicate', 'superseded', 'refused')),
    reason text,
    primary key (delivery_id, load_id)
);

-- A delivery that said of an entry what we knew already. The newest reading of an entry is
-- the one fetched last, not the one staged last: without these an older, other reading that
-- is staged late would look new. One row a delivery, not one an entry.
create table staging.sighting (
    delivery_id bigint primary key references raw.delivery,
    source text not null,
    fetched_at timestamptz not null,
    entry_ids bigint[] not null
);
create index sighting_fetched_idx on staging.sighting (source, fetched_at);

create sequence staging.entry_id_seq;

create table staging.entry (
    -- one movement, the same in every version
    entry_id bigint not null default nextval('staging.entry_id_seq'),
    version integer not null default 1,
    source text not null,
    dataset text not null,
    entry_key text not null,  -- identity within the source
    txn_id text not null,  -- the public id
    account_id integer references ops.account,
    bank_code text,
    amount_minor bigint not null,  -- signed, positive = into the account
    currency text not null,
    direction text not null check (direction in ('CREDIT', 'DEBIT')),
    status text not null check (status in ('SUCCESS', 'FAILED', 'PENDING')),
    occurred_at timestamptz,  -- null where the source gives only a day
    timestamp_precision text not null check (timestamp_precision in ('second', 'day')),
    business_date date not null,
    value_date date,
    booking_date date,
    channel text,
    transaction_type text,
    reference_number text,
    description text,
    rrn text,  -- 12 digits, padding removed
    utr text,  -- any other bank reference, A-Z0-9 upper case
    upi_id text,
    arn text,
    order_id text,
    payment_id text,  -- the payment a refund or settlement line belongs to
    merchant_id text,
    settlement_id text,
    settlement_utr text,
    gross_minor bigint,  -- settlement line: its amount before fee, unsigned
    fee_minor bigint,  -- includes GST
    tax_minor bigint,
    balance_minor bigint,  -- running balance after this movement, as the source says
    raw_status text,
    raw_method text,
    source_updated_at timestamptz,
    fetched_at timestamptz not null,
    digest uuid not null,  -- hash of the business columns
    delivery_id bigint not null,
    part text not null,
    row_no integer not null,
    parser_version text not null,
    load_id bigint not null,
    known_from timestamptz not null,
    retired_load_id bigint,
    known_to timestamptz,  -- null = live
    end_reason text check (end_reason in ('superseded', 'retracted')),
    primary key (entry_id, version)
);
create unique index entry_live_key on staging.entry (source, entry_key) where known_to is null;
-- A movement that was retracted and comes back keeps its entry_id.
create index entry_retracted_key on staging.entry (source, entry_key) where end_reason = 'retracted';
-- Entries lie in the order they were loaded: what a load or delivery holds is found by block.
create index entry_load_idx on staging.entry using brin (load_id, delivery_id)
with (pages_per_range = 16);
create index entry_retired_idx on staging.entry (retired_load_id) where retired_load_id is not null;

create table staging.balance (
    source text not null,
    account_id integer not null references ops.account,
    business_date date not null,
    kind text not null check (kind in ('ledger_closing', 'statement_opening', 'statement_closing')),
    part text not null default '',  -- a file's own period; blank for a day
    currency text not null,
    amount_minor bigint not null,
    delivery_id bigint not null,
    load_id bigint not null,
    known_from timestamptz not null,
    known_to timestamptz
);
create unique index balance_live_key on staging.balance (source, account_id, business_date, kind, part, currency)
where known_to is null;

create table staging.settlement (
    source text not null,
    settlement_id text not null,
    amount_minor bigint not null,
    fees_minor bigint,
    tax_minor bigint,
    currency text not null,
    utr text,
    status text not null,
    created_at timestamptz,
    delivery_id bigint not null,
    load_id bigint not null,
    known_from timestamptz not null,
    known_to timestamptz
);
create unique index settlement_live_key on staging.settlement (source, settlement_id) where known_to is null;

create table staging.quarantine (
    quarantine_id bigint generated always as identity primary key,
    source text not null,
    dataset text not null,
    delivery_id bigint not null references raw.delivery,
    part text not null,
    row_no integer,  -- null: the whole delivery was refused
    -- The same bad row read again is one finding: its own id, else a hash of its text and
    -- which of its equals in the delivery it is; for a delivery its part.
    row_key text not null,
    source_id text,  -- the row's own id, where it has one
    business_date date,
    account_id integer references ops.account,
    code text not null,  -- DQ_QUARANTINED, DQ_SCHEMA, DQ_CONFLICT, DQ_SHRUNK
    reason text not null,  -- a sentence for a person; never the row itself
    amount_minor bigint,  -- what it would have moved, where that can be read
    row_cipher bytea,
    load_id bigint not null,
    known_from timestamptz not null,
    known_to timestamptz,
    unique nulls not distinct (delivery_id, row_no, code)
);

create unique index quarantine_live_key on staging.quarantine (source, dataset, code, row_key)
where known_to is null;

create trigger entry_never_deleted
before delete or truncate on staging.entry
for each statement execute function ops.refuse_change();
