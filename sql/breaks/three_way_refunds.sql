-- Refunds that core does not know and by which an order got back more than was paid for it, with
-- another refund of the same amount beside them: given twice.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
with

given as (

    select
        comparison.anchor_id,
        comparison.order_id,
        comparison.slot,
        refund.txn_id,
        refund.amount_minor,
        refund.amount_text,
        refund.side,
        sums.refunded_minor,
        sums.paid_minor,
        sums.refunds
    from comparison
    inner join scene as refund on comparison.gateway_id = refund.entry_id
    cross join
        lateral (
            select
                -sum(told.amount_minor) filter (where told.transaction_type = 'REFUND')
                    as refunded_minor,
                sum(told.amount_minor) filter (where told.transaction_type = 'PAYMENT')
                    as paid_minor,
                sum(
                    case
                        when
                            told.transaction_type = 'REFUND'
                            and told.amount_minor = refund.amount_minor
                            then 1
                        else 0
                    end
                ) as refunds
            from scene as told
            where
                told.order_id = comparison.order_id
                and told.side = refund.side
                and told.currency = refund.currency
                and told.status = 'SUCCESS'
        ) as sums
    where
        comparison.core_id is null
        and comparison.slot like 'refund%'
        and comparison.is_due
        and refund.status = 'SUCCESS'

)

select
    given.anchor_id,
    order_set.entry_id,
    'RFD_DUPLICATE' as code,
    given.amount_minor,
    concat(
        'Order ', given.order_id, ' was refunded ', given.refunds, ' times by ', given.amount_text,
        ' in ', given.side, ', more than was paid for it; core has no refund for ', given.txn_id, '.'
    ) as explanation
from given
inner join order_set on given.order_id = order_set.order_id and given.slot = order_set.slot
where
    given.refunds > 1
    and given.refunded_minor > given.paid_minor
