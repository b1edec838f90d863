-- How many findings of a delivery stand: its rows, or the delivery itself.
select count(*) as findings
from staging.quarantine
where
    delivery_id = :delivery_id
    and known_to is null
