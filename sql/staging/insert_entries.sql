-- Write what is new: first versions, the next version of what this load superseded, and
-- entries that were retracted and are back under their old entry_id.
with

earlier as (

    select
        entry_key,
        entry_id,
        version
    from staging.entry
    where
        retired_load_id = :load_id
        and end_reason = 'superseded'

    union all

    select
        entry.entry_key,
        entry.entry_id,
        entry.version
    from staging.entry
    inner join staged_entry on entry.entry_key = staged_entry.entry_key
    where
        entry.source = :source
        and entry.end_reason = 'retracted'

),

latest as (

    select
        entry_key,
        entry_id,
        max(version) as version
    from earlier
    group by entry_key, entry_id

)

insert into staging.entry (
    entry_id, version, source, dataset, entry_key, txn_id, account_id, bank_code, amount_minor,
    currency, direction, status, occurred_at, timestamp_precision, business_date, value_date,
    booking_date, channel, transaction_type, reference_number, description, rrn, utr, upi_id,
    arn, order_id, payment_id, merchant_id, settlement_id, settlement_utr, gross_minor,
    fee_minor, tax_minor, balance_minor, raw_status, raw_method, source_updated_at, fetched_at,
    digest, delivery_id, part, row_no, parser_version, load_id, known_from
)
select
    coalesce(latest.entry_id, nextval('staging.entry_id_seq')) as entry_id,
    coalesce(latest.version, 0) + 1 as version,
    :source as source,
    staged.dataset,
    staged.entry_key,
    staged.txn_id,
    staged.account_id,
    staged.bank_code,
    staged.amount_minor,
    staged.currency,
    staged.direction,
    staged.status,
    staged.occurred_at,
    staged.timestamp_precision,
    staged.business_date,
    staged.value_date,
    staged.booking_date,
    staged.channel,
    staged.transaction_type,
    staged.reference_number,
    staged.description,
    staged.rrn,
    staged.utr,
    staged.upi_id,
    staged.arn,
    staged.order_id,
    staged.payment_id,
    staged.merchant_id,
    staged.settlement_id,
    staged.settlement_utr,
    staged.gross_minor,
    staged.fee_minor,
    staged.tax_minor,
    staged.balance_minor,
    staged.raw_status,
    staged.raw_method,
    staged.source_updated_at,
    staged.fetched_at,
    staged.digest,
    staged.delivery_id,
    staged.part,
    staged.row_no,
    :parser_version as parser_version,
    :load_id as load_id,
    :known_at as known_from
from staged_entry as staged
left join latest on staged.entry_key = latest.entry_key
