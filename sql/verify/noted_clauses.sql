-- The clauses that the edge's entries without a reconciliation were found with.
select clauses
from recon.no_edge_rule
where reconciliation = :reconciliation
