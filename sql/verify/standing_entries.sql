-- Every entry of :reconciliation, seated or open.
create temporary table dirty_entry on commit drop as
select entry_id
from recon.match_item
where reconciliation = :reconciliation
union
select entry_id
from recon.open_entry
where reconciliation = :reconciliation
