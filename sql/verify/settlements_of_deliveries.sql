-- The settlement headers that load :load_id wrote from :delivery_ids.
select *
from staging.settlement
where load_id = :load_id and delivery_id = any(:delivery_ids)
order by delivery_id, settlement_id
