-- The gateway's refunds name their payment, not their order: give the working copy the
-- order of the payment.
update open_entry
set
    order_id = payment.order_id,
    order_key = payment.order_key
from open_entry as payment
where
    open_entry.order_id is null
    and open_entry.payment_id = payment.txn_id
    and open_entry.source = payment.source
    and payment.transaction_type = 'PAYMENT'
    and payment.order_id is not null
