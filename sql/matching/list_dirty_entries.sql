-- Entries that the loads :load_ids brought, changed or retracted.
create temporary table dirty_entry on commit drop as
select entry_id
from staging.entry
where load_id = any(cast(:load_ids as bigint[]))
union
select entry_id
from staging.entry
where retired_load_id = any(cast(:load_ids as bigint[]))
