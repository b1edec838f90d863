-- Write the headers that are new or changed; what is still live is known already.
insert into staging.settlement (
    source, settlement_id, amount_minor, fees_minor, tax_minor, currency, utr, status,
    created_at, delivery_id, load_id, known_from
)
select
    :source as source,
    settlement_id,
    amount_minor,
    fees_minor,
    tax_minor,
    currency,
    utr,
    status,
    created_at,
    delivery_id,
    :load_id as load_id,
    :known_at as known_from
from staged_settlement
on conflict (source, settlement_id) where known_to is null
do nothing
