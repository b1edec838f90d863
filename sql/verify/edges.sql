-- Where each edge stands, and whether its sources brought anything since it was last reconciled.
select
    edge.reconciliation,
    edge.version,
    edge.sha256,
    edge.as_of
from recon.edge
order by edge.reconciliation
