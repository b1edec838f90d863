-- The gateway's own headers of settlements, by id or UTR, as known at report.as_of.
select
    settlement_id,
    upper(utr) as settlement_utr,
    amount_minor,
    fees_minor,
    tax_minor,
    currency,
    status,
    created_at
from staging.settlement
where
    (settlement_id = any(cast(:settlement_ids as text[])) or upper(utr) = any(cast(:utrs as text[])))
    and known_from <= report.as_of()
    and (known_to is null or known_to > report.as_of())
order by created_at, settlement_id
