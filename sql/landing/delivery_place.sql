-- Which source and interval a delivery belongs to.
select
    source,
    part,
    interval_from,
    interval_to
from raw.delivery
where delivery_id = :delivery_id
