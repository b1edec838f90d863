-- Rows on their way to staging.entry, gone when the transaction ends: an abort gives the
-- space back. `digest` is what a version is compared by: every business column, nothing of
-- how and when the row came.
create temporary table staged_entry (
    dataset text not null,
    entry_key text not null,
    txn_id text not null,
    account_id integer,
    bank_code text,
    amount_minor bigint not null,
    currency text not null,
    direction text not null,
    status text not null,
    occurred_at timestamptz,
    timestamp_precision text not null,
    business_date date not null,
    value_date date,
    booking_date date,
    channel text,
    transaction_type text,
    reference_number text,
    description text,
    rrn text,
    utr text,
    upi_id text,
    arn text,
    order_id text,
    payment_id text,
    merchant_id text,
    settlement_id text,
    settlement_utr text,
    gross_minor bigint,
    fee_minor bigint,
    tax_minor bigint,
    balance_minor bigint,
    raw_status text,
    raw_method text,
    source_updated_at timestamptz,
    fetched_at timestamptz not null,
    delivery_id bigint not null,
    part text not null,
    row_no integer not null,
    digest uuid generated always as (cast(md5(
        txn_id
        || chr(31) || coalesce(cast(account_id as text), chr(30))
        || chr(31) || coalesce(bank_code, chr(30))
        || chr(31) || cast(amount_minor as text)
        || chr(31) || currency
        || chr(31) || direction
        || chr(31) || status
        || chr(31) || coalesce(
            cast(extract(epoch from occurred_at at time zone 'UTC') as text), chr(30)
        )
        || chr(31) || timestamp_precision
        || chr(31) || cast(business_date - date '2000-01-01' as text)
        || chr(31) || coalesce(cast(value_date - date '2000-01-01' as text), chr(30))
        || chr(31) || coalesce(cast(booking_date - date '2000-01-01' as text), chr(30))
        || chr(31) || coalesce(channel, chr(30))
        || chr(31) || coalesce(transaction_type, chr(30))
        || chr(31) || coalesce(reference_number, chr(30))
        || chr(31) || coalesce(description, chr(30))
        || chr(31) || coalesce(rrn, chr(30))
        || chr(31) || coalesce(utr, chr(30))
        || chr(31) || coalesce(upi_id, chr(30))
        || chr(31) || coalesce(arn, chr(30))
        || chr(31) || coalesce(order_id, chr(30))
        || chr(31) || coalesce(payment_id, chr(30))
        || chr(31) || coalesce(merchant_id, chr(30))
        || chr(31) || coalesce(settlement_id, chr(30))
        || chr(31) || coalesce(settlement_utr, chr(30))
        || chr(31) || coalesce(cast(gross_minor as text), chr(30))
        || chr(31) || coalesce(cast(fee_minor as text), chr(30))
        || chr(31) || coalesce(cast(tax_minor as text), chr(30))
        || chr(31) || coalesce(cast(balance_minor as text), chr(30))
        || chr(31) || coalesce(raw_status, chr(30))
        || chr(31) || coalesce(raw_method, chr(30))
    ) as uuid)) stored
) on commit drop
