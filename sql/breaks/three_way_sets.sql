-- Open entries of each order, as sets of what should be one payment or one refund on three
-- sides. Payment: each side's first success, else its last attempt; where the order's
-- payment is seated, what is left of it belongs to no set. Refunds: by amount, in the order
-- of (time, id); where an order is left with just two part sets that do not overlap, they
-- are one refund told differently.
create temporary table order_set on commit drop as
with

seated_orders as (

    select distinct order_id
    from scene
    where transaction_type = 'PAYMENT' and not is_open

),

attempts as (

    select
        scene.entry_id,
        scene.order_id,
        scene.side,
        row_number() over (
            partition by scene.order_id, scene.side
            order by
                case when scene.status = 'SUCCESS' then scene.moment end asc nulls last,
                scene.moment desc,
                scene.txn_id desc
        ) as place
    from scene
    left join seated_orders on scene.order_id = seated_orders.order_id
    where
        scene.is_open
        and scene.transaction_type = 'PAYMENT'
        and scene.order_id is not null
        and seated_orders.order_id is null

),

refunds as (

    select
        entry_id,
        side,
        coalesce(order_id, 'no order of ' || entry_id) as order_id,
        concat_ws(' ', currency, amount_minor, row_number() over (
            partition by order_id, currency, amount_minor, side
            order by moment, txn_id
        )) as slot
    from scene
    where is_open and transaction_type = 'REFUND'

),

slots as (

    select
        order_id,
        slot,
        array_agg(side) as sides
    from refunds
    group by order_id, slot

),

two_parts as (

    select one.order_id
    from slots as one
    inner join slots as other on one.order_id = other.order_id and one.slot < other.slot
    where
        not one.sides && other.sides
        and 2 = (
            select count(*) from slots
            where slots.order_id = one.order_id
        )

)

select
    entry_id,
    side,
    order_id,
    'payment' as slot
from attempts
where place = 1

union all

select
    refunds.entry_id,
    refunds.side,
    refunds.order_id,
    case when two_parts.order_id is null then 'refund ' || refunds.slot else 'refund' end as slot
from refunds
left join two_parts on refunds.order_id = two_parts.order_id
