-- The three (or fewer) entries of each set side by side. The anchor is core's entry, else
-- the earliest.
create temporary table comparison on commit drop as
with

sets as (

    select
        order_set.order_id,
        order_set.slot,
        min(order_set.entry_id) filter (where order_set.side = :ledger_side) as core_id,
        min(order_set.entry_id) filter (where order_set.side = :gateway_side) as gateway_id,
        min(order_set.entry_id) filter (where order_set.side = :mobile_side) as mobile_id,
        (array_agg(
            order_set.entry_id
            order by scene.is_ledger desc, scene.moment asc, scene.source asc, scene.txn_id asc
        ))[1] as anchor_id,
        bool_or(scene.status = 'SUCCESS') as has_success,
        bool_or(scene.status = 'PENDING') as has_pending,
        count(distinct scene.currency) > 1 as has_currencies,
        string_agg(
            concat_ws(' ', scene.side, scene.amount_text, scene.status), '; '
            order by scene.is_ledger desc, scene.side asc
        ) as words
    from order_set
    inner join scene on order_set.entry_id = scene.entry_id
    group by order_set.order_id, order_set.slot

)

select
    sets.*,
    anchor.is_due,
    anchor.amount_minor as anchor_minor,
    anchor.currency,
    core.status as core_status,
    gateway.status as gateway_status,
    mobile.status as mobile_status,
    core.amount_minor as core_minor,
    -- What moved, as the first of them has it that says so.
    case
        when core.status = 'SUCCESS' then core.amount_minor
        when gateway.status = 'SUCCESS' then gateway.amount_minor
        when mobile.status = 'SUCCESS' then mobile.amount_minor
    end as moved_minor,
    -- The largest deviation from core, or of mobile from the gateway where core has none.
    case
        when core.entry_id is null then mobile.amount_minor - gateway.amount_minor
        when
            abs(coalesce(mobile.amount_minor - core.amount_minor, 0))
            > abs(coalesce(gateway.amount_minor - core.amount_minor, 0))
            then mobile.amount_minor - core.amount_minor
        else coalesce(
            gateway.amount_minor - core.amount_minor, mobile.amount_minor - core.amount_minor
        )
    end as difference_minor,
    exists(
        select
        from scene as rival
        where
            sets.slot = 'payment'
            and rival.order_id = sets.order_id
            and rival.transaction_type = 'PAYMENT'
            and rival.status = 'SUCCESS'
            and rival.is_open
            and (rival.side, rival.moment) in (
                (core.side, core.moment),
                (gateway.side, gateway.moment),
                (mobile.side, mobile.moment)
            )
            and rival.entry_id not in (
                coalesce(sets.core_id, 0), coalesce(sets.gateway_id, 0), coalesce(sets.mobile_id, 0)
            )
    ) as is_tied
from sets
inner join scene as anchor on sets.anchor_id = anchor.entry_id
left join scene as core on sets.core_id = core.entry_id
left join scene as gateway on sets.gateway_id = gateway.entry_id
left join scene as mobile on sets.mobile_id = mobile.entry_id
