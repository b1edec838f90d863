-- Who gets keys of the first tier: the dirty entries that are on the edge.
create temporary table keyed_entry on commit drop as
select
    entry_id,
    side
from closure_entry
