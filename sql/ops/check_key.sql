-- Keep the proof of a key the first time, and return the one that is kept.
with

added as (

    insert into ops.key_check (key_id, proof)
    values (:key_id, :proof)
    on conflict (key_id) do nothing
    returning proof

)

select proof
from added
union all
select proof
from ops.key_check
where key_id = :key_id
limit 1
