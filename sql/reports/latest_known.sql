-- The business clock of the edges: the latest interval end reconciled (null: none yet).
select max(as_of) as as_of
from recon.edge
where reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
