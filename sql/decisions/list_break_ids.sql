-- Ids of live breaks, to name what comes near an id that is not known.
select cast(break_id as text) as break_id
from recon.break
where status <> 'RESOLVED'
order by known_at desc, break_id asc
limit :rows_max
