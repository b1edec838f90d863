-- Entries that the loads :load_ids brought, changed or retracted, and those that people decided
-- about with this very run (its tick, :known_at, is the decision's).
create temporary table dirty_entry on commit drop as
select entry_id
from staging.entry
where load_id = any(cast(:load_ids as bigint[]))
union
select entry_id
from staging.entry
where retired_load_id = any(cast(:load_ids as bigint[]))
union
select entry.entry_id
from recon.decision_member
inner join staging.entry
    on
        decision_member.source = entry.source
        and decision_member.entry_key = entry.entry_key
        and entry.known_to is null
where
    decision_member.reconciliation = :reconciliation
    and decision_member.known_from = :known_at
union
select entry.entry_id
from recon.decision_member
inner join staging.entry
    on
        decision_member.source = entry.source
        and decision_member.entry_key = entry.entry_key
        and entry.known_to is null
where
    decision_member.reconciliation = :reconciliation
    and decision_member.known_to = :known_at
