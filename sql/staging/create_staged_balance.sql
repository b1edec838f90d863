-- Balances on their way to staging.balance.
create temporary table staged_balance (
    account_id integer not null,
    business_date date not null,
    kind text not null,
    part text not null,
    currency text not null,
    amount_minor bigint not null,
    fetched_at timestamptz not null,
    delivery_id bigint not null,
    row_no integer not null
) on commit drop
