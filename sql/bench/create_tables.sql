-- Both sides of the benchmark, as staging would leave them, each reference with its hash; and
-- what the three passes make of them.
create table ledger (
    entry_id bigint primary key,
    account_id integer not null,
    amount_minor bigint not null,
    day date not null,
    moment timestamptz not null,
    reference text,
    reference_key bigint generated always as (hashtextextended(reference, 0)) stored,
    settlement text
);
create table bank (like ledger including all);
create table outcome (
    ledger_id bigint,
    bank_id bigint,
    outcome text not null,
    difference_minor bigint
)
