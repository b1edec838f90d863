-- Which migrations this database has. Made before the first of them; idempotent.
create schema if not exists migration;

create table if not exists migration.applied (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
);
