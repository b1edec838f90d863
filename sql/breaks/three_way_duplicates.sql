-- Further successful payments of an order on a side that has its payment already: paid twice
-- (gateway), or booked twice. Those that share their moment with the first are part of the
-- AMBIGUOUS set instead.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
select distinct on (twin.entry_id)
    twin.entry_id as anchor_id,
    twin.entry_id,
    case when twin.side = :gateway_side then 'DUP_PAYMENT' else 'DUP_SAME_SOURCE' end as code,
    twin.amount_minor,
    concat(
        'Order ', twin.order_id, ' has another successful payment in ', twin.side, ' already: ',
        first.txn_id, ', ', first.amount_text, '.'
    ) as explanation
from scene as twin
inner join scene as first
    on
        twin.order_id = first.order_id
        and twin.side = first.side
        and twin.entry_id <> first.entry_id
left join order_set on twin.entry_id = order_set.entry_id
left join order_set as chosen on first.entry_id = chosen.entry_id
where
    twin.is_open
    and twin.status = 'SUCCESS'
    and twin.transaction_type = 'PAYMENT'
    and first.status = 'SUCCESS'
    and first.transaction_type = 'PAYMENT'
    and order_set.entry_id is null
    and (not first.is_open or (chosen.entry_id is not null and twin.moment > first.moment))
order by twin.entry_id asc, first.moment asc, first.txn_id asc
