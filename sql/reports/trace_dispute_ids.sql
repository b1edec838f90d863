-- The settlement lines, live ones, that belong to a dispute of one of :payment_ids, or to one of
-- :dispute_ids, at one of :sources; at most :rows_max, the oldest first.
select entry.entry_id
from staging.entry
where
    entry.dispute_id is not null
    and entry.known_to is null
    and entry.payment_id = any(cast(:payment_ids as text[]))
    and entry.source = any(cast(:sources as text[]))

union

select entry.entry_id
from staging.entry
where
    entry.dispute_id = any(cast(:dispute_ids as text[]))
    and entry.known_to is null
    and entry.source = any(cast(:sources as text[]))

order by entry_id
limit :rows_max
