-- Close live balances whose newer reading says another amount.
update staging.balance
set known_to = :known_at
from staged_balance as staged
cross join raw.delivery as read_in
where
    balance.source = :source
    and balance.account_id = staged.account_id
    and balance.business_date = staged.business_date
    and balance.kind = staged.kind
    and balance.part = staged.part
    and balance.currency = staged.currency
    and balance.known_to is null
    and balance.amount_minor <> staged.amount_minor
    and read_in.delivery_id = balance.delivery_id
    and (staged.fetched_at, staged.delivery_id) >= (read_in.fetched_at, read_in.delivery_id)
