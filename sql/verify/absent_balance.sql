-- The first of these balances (parallel arrays) that staging neither holds nor holds a newer
-- reading of.
select
    concat_ws(' ', reading.kind, reading.business_date) as name,
    reading.delivery_id,
    reading.row_no
from
    unnest(
        cast(:account_ids as integer[]),
        cast(:days as date[]),
        cast(:kinds as text[]),
        cast(:parts as text[]),
        cast(:currencies as text[]),
        cast(:amounts as bigint[]),
        cast(:fetched as timestamptz[]),
        cast(:delivery_ids as bigint[]),
        cast(:row_nos as integer[])
    )
        as reading (
            account_id, business_date, kind, part, currency, amount_minor, fetched_at, delivery_id, row_no
        )
where
    not exists (
        select
        from staging.balance
        inner join raw.delivery on balance.delivery_id = delivery.delivery_id
        where
            balance.source = :source
            and balance.account_id = reading.account_id
            and balance.business_date = reading.business_date
            and balance.kind = reading.kind
            and balance.part = reading.part
            and balance.currency = reading.currency
            and (
                balance.amount_minor = reading.amount_minor
                or delivery.fetched_at >= reading.fetched_at
            )
    )
order by reading.delivery_id, reading.row_no
limit 1
