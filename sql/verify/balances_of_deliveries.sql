-- The balances that load :load_id wrote from :delivery_ids.
select *
from staging.balance
where load_id = :load_id and delivery_id = any(:delivery_ids)
order by delivery_id, account_id, business_date, kind, part, currency
