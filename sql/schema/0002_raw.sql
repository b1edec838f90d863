-- The evidence: every payload as it came, encrypted, append only.
create schema raw;

create table raw.delivery (
    delivery_id bigint generated always as identity primary key,
    source text not null,
    dataset text not null,  -- transactions, payments, refunds, settlements, settlement_lines, balances
    interval_from timestamptz not null,
    interval_to timestamptz not null,
    window_from timestamptz not null,  -- where the fetch began: the trailing re-read included
    part text not null,  -- the page or file's own place: 'payments/000300', 'AXIS_…_20260310_10'
    name text not null,
    sha256 text not null,
    bytes bigint not null,
    ciphertext bytea not null,
    key_id text not null,
    control jsonb not null default '{}',  -- declared counts and totals, as text
    fetched_at timestamptz not null,
    modified_at timestamptz,  -- files only
    unique (source, interval_from, interval_to, part, sha256)
);
comment on table raw.delivery is 'One API page or file, byte for byte, encrypted; never updated, never deleted.';
create index delivery_file_idx on raw.delivery (source, part);

create table raw.file_seen (
    source text not null,
    name text not null,
    bytes bigint not null,
    modified_at timestamptz not null,
    sha256 text not null,
    delivery_id bigint not null references raw.delivery,
    primary key (source, name, bytes, modified_at)
);

create table raw.coverage (
    source text not null,
    interval_from timestamptz not null,
    interval_to timestamptz not null,
    deliveries integer not null,
    landed_at timestamptz not null,
    check (interval_from < interval_to),
    primary key (source, interval_from, interval_to)
);
comment on table raw.coverage is 'Which intervals of a source are landed whole. What is missing here is late.';

create trigger delivery_append_only
before update or delete or truncate on raw.delivery
for each statement execute function ops.refuse_change();

create trigger coverage_append_only
before update or delete or truncate on raw.coverage
for each statement execute function ops.refuse_change();
