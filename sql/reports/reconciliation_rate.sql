-- Totals and rate of each edge (:reconciliation null: all).
select
    reconciliation,
    as_of,
    rule_version,
    entries,
    matched_groups,
    matched_entries,
    open_entries,
    due_entries,
    open_breaks,
    rate
from report.reconciliation_rate
where reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
