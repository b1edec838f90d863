-- What the database keeps to know the index key again; no row where it was never used.
select proof
from ops.key_check
where key_id = :key_id
