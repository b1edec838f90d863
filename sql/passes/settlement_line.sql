-- Pass: a gateway payment or refund and its settlement line, by the gateway's id. The line
-- must add up by itself (payment: amount − fee, the fee with its GST; refund: − amount) and
-- stand over the amount the gateway reported. Listed twice, the first by time keeps it,
-- where time tells them apart.
-- Returns (group_key, entry_id, reason).
with

agreeing as (

    select
        ledger.entry_id as ledger_id,
        line.entry_id as line_id,
        ledger.entity_id,
        row_number() over (partition by ledger.entry_id order by line.moment) as place,
        count(*) over (partition by ledger.entry_id, line.moment) as lines_at_once
    from open_entry as ledger
    inner join open_entry as line
        on
            ledger.entity_key = line.entity_key
            and ledger.entity_id = line.entity_id
            and ledger.currency = line.currency
            and ledger.transaction_type = line.transaction_type
            and abs(ledger.amount_minor) = line.gross_minor
    where
        ledger.side = :ledger_side
        and line.side <> :ledger_side
        and line.status = 'SUCCESS'
        and line.adds_up

),

pairs as (

    select
        ledger_id,
        line_id,
        entity_id
    from agreeing
    where place = 1 and lines_at_once = 1

)

select
    pairs.ledger_id as group_key,
    seat.entry_id,
    'settled under its id ' || pairs.entity_id || '; the line adds up' as reason
from pairs
cross join lateral (values (pairs.ledger_id), (pairs.line_id)) as seat (entry_id)
