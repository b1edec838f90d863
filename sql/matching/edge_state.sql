-- Where the edge :reconciliation stands: its clocks and the rules its results were made with
-- (null before its first run), and the first moment nobody was told of yet.
select
    edge.version,
    edge.sha256,
    edge.as_of,
    edge.known_at,
    nullif(recon.next_moment(), '-infinity') as next_moment
from (values (1)) as always (one)
left join recon.edge on always.one = 1 and edge.reconciliation = :reconciliation
