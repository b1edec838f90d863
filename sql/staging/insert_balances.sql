-- Write the balances that are new or changed; what is still live is known already.
insert into staging.balance (
    source, account_id, business_date, kind, part, currency, amount_minor, delivery_id,
    load_id, known_from
)
select
    :source as source,
    account_id,
    business_date,
    kind,
    part,
    currency,
    amount_minor,
    delivery_id,
    :load_id as load_id,
    :known_at as known_from
from staged_balance
on conflict (source, account_id, business_date, kind, part, currency) where known_to is null
do nothing
