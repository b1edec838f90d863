-- Up to where each source is landed, and what it brought.
select
    source,
    landed_until,
    landed_at,
    deliveries,
    bytes,
    rows_parsed,
    entries_new,
    entries_changed,
    entries_retracted,
    quarantined,
    rows_repeated,
    rows_quarantined,
    rows_outside,
    rows_of_no_entry,
    circuit
from report.source_freshness
order by source
