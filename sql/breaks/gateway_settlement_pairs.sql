-- Open gateway entries and open settlement lines with one id: the pass did not seat them, so
-- the line does not add up, stands over another amount or currency, or is there twice at
-- one moment. Several lines for one entry: the first by time speaks.
create temporary table pair on commit drop as
with

lines as (

    select
        *,
        row_number() over (partition by entity_id order by moment, entry_key) as place
    from scene
    where not is_ledger and is_open

)

select
    ledger.entry_id as ledger_id,
    lines.entry_id as line_id,
    case
        when not lines.adds_up then 'ARITHMETIC'
        when lines.currency <> ledger.currency then 'CURRENCY'
        when
            lines.currency = 'INR'
            and lines.gross_minor <> abs(ledger.amount_minor)
            and abs(lines.gross_minor - abs(ledger.amount_minor)) <= :rounding_minor_max
            then 'AMT_ROUNDING'
        when lines.gross_minor < abs(ledger.amount_minor) then 'AMT_SHORT'
        when lines.gross_minor > abs(ledger.amount_minor) then 'AMT_OVER'
        when lines.transaction_type <> ledger.transaction_type then 'DIRECTION'
        else 'AMBIGUOUS'
    end as code
from lines
inner join scene as ledger
    on
        lines.entity_key = ledger.entity_key
        and lines.entity_id = ledger.entity_id
        and ledger.is_ledger
        and ledger.is_open
where lines.place = 1
