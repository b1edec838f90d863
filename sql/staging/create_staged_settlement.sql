-- The gateway's settlement headers on their way to staging.settlement.
create temporary table staged_settlement (
    settlement_id text not null,
    amount_minor bigint not null,
    fees_minor bigint,
    tax_minor bigint,
    currency text not null,
    utr text,
    status text not null,
    created_at timestamptz,
    fetched_at timestamptz not null,
    delivery_id bigint not null,
    row_no integer not null
) on commit drop
