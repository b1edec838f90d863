-- Pass: an order's payment, and each of its refunds, as core, gateway and mobile hold it:
-- same currency, amount and status on all three sides, else nobody is seated.
-- A side's payment is its first successful one, or the last attempt where none succeeded;
-- two successes at one moment are told apart by nothing, so the order is left open.
-- Refunds are told apart by amount and status; equal ones are interchangeable and are
-- paired in the order of (time, id).
-- Returns (group_key, entry_id, reason).
with

attempts as (

    select
        entry_id,
        order_id,
        side,
        currency,
        amount_minor,
        status,
        row_number() over first_first as place,
        status = 'SUCCESS'
        and count(*) filter (where status = 'SUCCESS') over (
            partition by order_key, order_id, side, moment
        ) > 1 as is_tied
    from open_entry
    where transaction_type = 'PAYMENT' and order_id is not null
    window first_first as (
        partition by order_key, order_id, side
        order by
            case when status = 'SUCCESS' then moment end asc nulls last,
            moment desc,
            txn_id desc
    )

),

slots as (

    select
        entry_id,
        order_id,
        'payment' as slot,
        side,
        currency,
        amount_minor,
        status,
        is_tied
    from attempts
    where place = 1

    union all

    select
        entry_id,
        order_id,
        concat_ws(' ', 'refund', currency, amount_minor, status, row_number() over (
            partition by order_key, order_id, currency, amount_minor, status, side
            order by moment, txn_id
        )) as slot,
        side,
        currency,
        amount_minor,
        status,
        false as is_tied
    from open_entry
    where transaction_type = 'REFUND' and order_id is not null

),

sets as (

    select
        order_id,
        slot,
        min(entry_id) filter (where side = :ledger_side) as group_key
    from slots
    group by order_id, slot
    having
        count(*) = 3
        and min(currency) = max(currency)
        and min(amount_minor) = max(amount_minor)
        and min(status) = max(status)
        and not bool_or(is_tied)

)

select
    sets.group_key,
    slots.entry_id,
    'same order ' || sets.order_id || ', amount, currency and status in all three ('
    || split_part(sets.slot, ' ', 1) || ')' as reason
from sets
inner join slots on sets.order_id = slots.order_id and sets.slot = slots.slot
