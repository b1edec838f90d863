-- A row that was kept aside and now reads well is no finding any more.
update staging.quarantine
set known_to = :known_at
from staged_entry as staged, raw.delivery as read_in
where
    quarantine.source = :source
    and quarantine.dataset = :dataset
    and quarantine.source_id = staged.txn_id
    and quarantine.known_to is null
    and read_in.delivery_id = quarantine.delivery_id
    and staged.fetched_at >= read_in.fetched_at
