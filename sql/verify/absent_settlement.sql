-- The first of these headers (parallel arrays) that staging does not hold at all.
select
    reading.settlement_id as name,
    reading.delivery_id,
    reading.row_no
from
    unnest(
        cast(:settlement_ids as text[]), cast(:delivery_ids as bigint[]), cast(:row_nos as integer[])
    ) as reading (settlement_id, delivery_id, row_no)
where
    not exists (
        select
        from staging.settlement
        where
            settlement.source = :source
            and settlement.settlement_id = reading.settlement_id
    )
order by reading.delivery_id, reading.row_no
limit 1
