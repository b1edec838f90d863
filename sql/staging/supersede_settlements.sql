-- Close live headers whose newer reading says something else.
update staging.settlement
set known_to = :known_at
from staged_settlement as staged
cross join raw.delivery as read_in
where
    settlement.source = :source
    and settlement.settlement_id = staged.settlement_id
    and settlement.known_to is null
    and (
        settlement.amount_minor, settlement.fees_minor, settlement.tax_minor,
        settlement.currency, settlement.utr, settlement.status, settlement.created_at
    ) is distinct from (
        staged.amount_minor, staged.fees_minor, staged.tax_minor,
        staged.currency, staged.utr, staged.status, staged.created_at
    )
    and read_in.delivery_id = settlement.delivery_id
    and (staged.fetched_at, staged.delivery_id) >= (read_in.fetched_at, read_in.delivery_id)
