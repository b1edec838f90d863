-- Open gateway entries and open settlement lines with one id: the pass did not seat them, so
-- the line does not add up, stands over another amount or currency, or is there twice at
-- one moment, or the gateway keeps its money back. Several lines for one entry: the first by
-- time speaks, one that is paid before one that is not. What is neither paid nor held waits.
create temporary table pair on commit drop as
with

lines as (

    select
        scene.*,
        scene.status <> 'SUCCESS' as is_unpaid,
        coalesce(entry.on_hold, false) as on_hold,
        entry.settlement_id,
        row_number() over (
            partition by scene.entity_id
            order by scene.status <> 'SUCCESS', scene.moment, scene.entry_key
        ) as place
    from scene
    inner join staging.entry
        on scene.entry_id = entry.entry_id and scene.version = entry.version
    where not scene.is_ledger and scene.is_open

)

select
    ledger.entry_id as ledger_id,
    lines.entry_id as line_id,
    lines.settlement_id,
    case
        when lines.is_unpaid and not lines.on_hold then null
        when not lines.adds_up then 'ARITHMETIC'
        when lines.currency <> ledger.currency then 'CURRENCY'
        when lines.is_unpaid then 'RESERVE_HELD'
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
