-- Rows and deliveries kept aside, on their way to staging.quarantine.
create temporary table staged_quarantine (
    dataset text not null,
    delivery_id bigint not null,
    part text not null,
    row_no integer,
    row_key text not null,
    source_id text,
    business_date date,
    account_id integer,
    code text not null,
    reason text not null,
    amount_minor bigint,
    row_cipher bytea,
    fetched_at timestamptz not null
) on commit drop
