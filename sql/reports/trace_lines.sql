-- The lines of the settlement of :utr, those whose payment, refund or order is in a break first;
-- at most :rows_max. Whole sets: the breaks that stood at report.as_of on :reconciliations (of
-- orders and of single lines) are joined to the lines by order and by entity.
with

standing as (

    select
        latest.code,
        cast(break.break_id as text) as break_id,
        anchor.order_id,
        anchor.entity_id
    from recon.break
    cross join
        lateral (
            select break_event.*
            from recon.break_event
            where
                break_event.break_id = break.break_id
                and break_event.known_at <= report.as_of()
            order by break_event.known_at desc
            limit 1
        ) as latest
    cross join
        lateral (
            select
                version.order_id,
                split_part(version.txn_id, '@', 1) as entity_id
            from staging.entry as version
            where version.entry_id = latest.entry_id
            order by version.version desc
            limit 1
        ) as anchor
    where
        break.reconciliation = any(cast(:reconciliations as text[]))
        and (break.status <> 'RESOLVED' or report.as_of() < 'infinity')
        and latest.status <> 'RESOLVED'

),

of_orders as (

    select
        order_id,
        min(code || ' ' || break_id) as told
    from standing
    where order_id is not null
    group by order_id

),

of_entities as (

    select
        entity_id,
        min(code || ' ' || break_id) as told
    from standing
    group by entity_id

),

lines as (

    select
        line.*,
        split_part(line.txn_id, '@', 1) as entity_id
    from recon.entry_block
    cross join
        lateral (
            select version.*
            from staging.entry as version
            where
                version.entry_id = entry_block.entry_id
                and upper(version.settlement_utr) = :utr
                and version.known_from <= report.as_of()
                and (version.known_to is null or version.known_to > report.as_of())
            order by version.version desc
            limit 1
        ) as line
    where
        entry_block.block_key = hashtextextended('settlement_utr=' || :utr, 0)
        and entry_block.reconciliation = :reconciliation
        and entry_block.side = 'ledger'
        and entry_block.tier = 1

)

select
    lines.entry_id,
    lines.entity_id,
    lines.order_id,
    lines.transaction_type,
    lines.status,
    lines.currency,
    lines.gross_minor,
    lines.fee_minor,
    lines.tax_minor,
    lines.amount_minor as net_minor,
    split_part(coalesce(of_entities.told, of_orders.told), ' ', 1) as code,
    split_part(coalesce(of_entities.told, of_orders.told), ' ', 2) as break_id
from lines
left join of_orders on lines.order_id = of_orders.order_id
left join of_entities on lines.entity_id = of_entities.entity_id
order by
    coalesce(of_entities.told, of_orders.told) is null,
    lines.order_id,
    lines.entity_id
limit :rows_max
