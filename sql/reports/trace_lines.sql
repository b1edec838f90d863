-- The lines of the settlement of :utr, those whose payment, refund or order is in a break first;
-- at most :rows_max. The breaks that stood at report.as_of on :reconciliations (of orders and of
-- single lines; those that people closed, :by_people, too) are laid beside the lines and spread over entity and order by windows: the
-- planner takes a key for rare, and would join a large settlement to them row by row.
with

standing as (

    select
        latest.code,
        cast(break.break_id as text) as break_id,
        case when latest.status = 'RESOLVED' then latest.resolution end as resolution,
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
        and (
            break.status <> 'RESOLVED'
            or break.resolution = any(cast(:by_people as text[]))
            or report.as_of() < 'infinity'
        )
        and (latest.status <> 'RESOLVED' or latest.resolution = any(cast(:by_people as text[])))

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
        entry_block.block_key = recon.block_key('settlement_utr', :utr)
        and entry_block.reconciliation = :reconciliation
        and entry_block.side = 'ledger'
        and entry_block.tier = 1

),

together as (

    select
        entry_id,
        entity_id,
        order_id,
        transaction_type,
        status,
        currency,
        gross_minor,
        fee_minor,
        tax_minor,
        amount_minor as net_minor,
        null as told
    from lines

    union all

    select
        null as entry_id,
        entity_id,
        order_id,
        null as transaction_type,
        null as status,
        null as currency,
        null as gross_minor,
        null as fee_minor,
        null as tax_minor,
        null as net_minor,
        -- What stands comes before what people closed.
        concat_ws(
            ' ', case when resolution is null then '0' else '1' end, code, break_id, resolution
        ) as told
    from standing

),

spread as (

    select
        together.*,
        coalesce(
            min(together.told) over (partition by together.entity_id),
            case
                when together.order_id is not null
                    then min(together.told) over (partition by together.order_id)
            end
        ) as spread_told
    from together

)

select
    entry_id,
    entity_id,
    order_id,
    transaction_type,
    status,
    currency,
    gross_minor,
    fee_minor,
    tax_minor,
    net_minor,
    split_part(spread_told, ' ', 2) as code,
    split_part(spread_told, ' ', 3) as break_id,
    nullif(split_part(spread_told, ' ', 4), '') as resolution
from spread
where entry_id is not null
order by coalesce(spread_told not like '0 %', true), order_id, entity_id
limit :rows_max
