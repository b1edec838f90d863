-- The entries that stand on any edge under one of the keys (:kinds, :values), by the index of
-- keys alone, and those that stood under one at report.as_of and were replaced or retracted
-- since: they are few. Of a settlement's UTR only the credits: its lines may be many, and are
-- summed. At most :rows_max, the oldest first; another entry with the same hash is told apart
-- later.
with

asked as (

    select
        asked.kind,
        asked.value
    from unnest(cast(:kinds as text[]), cast(:values as text[])) as asked (kind, value)

),

keyed as (

    select entry_block.entry_id
    from asked
    inner join recon.entry_block
        on recon.block_key(asked.kind, asked.value) = entry_block.block_key
    where
        entry_block.tier = 1
        and (asked.kind <> 'settlement_utr' or entry_block.side = 'external')

    union

    select entry.entry_id
    from staging.load
    inner join staging.entry on load.load_id = entry.retired_load_id
    inner join asked
        on
            asked.value = case asked.kind
                when 'order_id' then entry.order_id
                when 'payment_id'
                    then
                        coalesce(
                            entry.payment_id,
                            case entry.transaction_type when 'PAYMENT' then entry.txn_id end
                        )
                when 'entity_id' then split_part(entry.txn_id, '@', 1)
                when 'rrn' then entry.rrn
                when 'utr' then entry.utr
                when 'settlement_utr'
                    then case when entry.gross_minor is null then upper(entry.settlement_utr) end
            end
    where
        load.known_at > report.as_of()
        and entry.known_from <= report.as_of()

)

select entry_id
from keyed
order by entry_id
limit :rows_max
