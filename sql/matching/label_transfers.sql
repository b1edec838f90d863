-- Own-account transfers: one reference, two of our accounts on one side, opposite amounts.
-- A label only: each leg still belongs to its own account.
update open_entry
set is_transfer = true
from open_entry as leg
where
    (
        (open_entry.utr_key = leg.utr_key and open_entry.utr = leg.utr)
        or (open_entry.rrn_key = leg.rrn_key and open_entry.rrn = leg.rrn)
    )
    and open_entry.side = leg.side
    and open_entry.account_id <> leg.account_id
    and open_entry.currency = leg.currency
    and open_entry.amount_minor = -leg.amount_minor
