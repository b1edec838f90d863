-- The edge's knowledge clock, and nothing else of it.
update recon.edge
set known_at = :known_at
where reconciliation = :reconciliation
