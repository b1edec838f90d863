-- A delivery that a person has said is not needed: it does not wait to be staged any longer.
with

dismissed as (

    delete from staging.waiting_delivery
    where delivery_id = :delivery_id
    returning delivery_id

)

insert into staging.load_delivery (delivery_id, load_id, outcome, reason)
select
    delivery_id,
    :load_id as load_id,
    'refused' as outcome,
    :reason as reason
from dismissed
