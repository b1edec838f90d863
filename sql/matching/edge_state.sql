-- Where the edge :reconciliation stands: its clocks and the rules its results were made with.
select
    version,
    sha256,
    as_of,
    known_at
from recon.edge
where reconciliation = :reconciliation
