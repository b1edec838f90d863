-- The gateway's refunds name their payment, not their order: give the scene the order.
update scene
set
    order_id = payment.order_id,
    order_key = payment.order_key
from scene as payment
where
    scene.order_id is null
    and scene.payment_id = payment.txn_id
    and scene.source = payment.source
    and payment.transaction_type = 'PAYMENT'
    and payment.order_id is not null
