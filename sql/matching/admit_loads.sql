-- From now on these loads are known to the edge.
insert into recon.admitted_load (reconciliation, load_id)
select
    :reconciliation as reconciliation,
    load_id
from unnest(cast(:load_ids as bigint[])) as load_id
