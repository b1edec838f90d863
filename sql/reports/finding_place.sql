-- Where an open finding of the quarantine comes from.
select
    quarantine.source,
    quarantine.delivery_id,
    delivery.interval_from,
    delivery.interval_to
from staging.quarantine
inner join raw.delivery on quarantine.delivery_id = delivery.delivery_id
where
    quarantine.quarantine_id = :quarantine_id
    and quarantine.known_to is null
