-- The lines of the settlements of :utrs, all of them, in sums by kind: gross, fee (with its GST),
-- GST, net. odd_lines: those whose net is not what their own figures make of it.
with

lines as (

    select
        asked.utr as settlement_utr,
        line.*,
        coalesce(
            line.amount_minor <> case line.transaction_type
                when 'PAYMENT' then line.gross_minor - coalesce(line.fee_minor, 0)
                when 'REFUND' then -line.gross_minor
                when 'TRANSFER' then -line.gross_minor - coalesce(line.fee_minor, 0)
                else line.amount_minor
            end,
            true
        ) as is_odd
    from unnest(cast(:utrs as text[])) as asked (utr)
    inner join recon.entry_block
        on recon.block_key('settlement_utr', asked.utr) = entry_block.block_key
    cross join
        lateral (
            select
                version.settlement_id,
                version.transaction_type,
                version.status,
                version.currency,
                version.amount_minor,
                version.gross_minor,
                version.fee_minor,
                version.tax_minor,
                coalesce(version.booking_date, version.business_date) as day
            from staging.entry as version
            where
                version.entry_id = entry_block.entry_id
                and upper(version.settlement_utr) = asked.utr
                and version.known_from <= report.as_of()
                and (version.known_to is null or version.known_to > report.as_of())
            order by version.version desc
            limit 1
        ) as line
    where
        entry_block.reconciliation = :reconciliation
        and entry_block.side = 'ledger'
        and entry_block.tier = 1

)

select
    settlement_utr,
    currency,
    transaction_type,
    status,
    count(*) as lines,
    count(*) filter (where is_odd) as odd_lines,
    cast(sum(gross_minor) as bigint) as gross_minor,
    cast(sum(fee_minor) as bigint) as fee_minor,
    cast(sum(tax_minor) as bigint) as tax_minor,
    cast(sum(amount_minor) as bigint) as net_minor,
    min(day) as first_day,
    max(day) as last_day,
    array_agg(distinct settlement_id) filter (where settlement_id is not null) as settlement_ids
from lines
group by settlement_utr, currency, transaction_type, status
order by settlement_utr, currency, transaction_type, status
