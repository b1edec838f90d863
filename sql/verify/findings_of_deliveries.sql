-- The rows that load :load_id kept aside from :delivery_ids.
select
    quarantine_id,
    dataset,
    delivery_id,
    part,
    row_no,
    row_key,
    source_id,
    business_date,
    account_id,
    amount_minor,
    row_cipher,
    known_to
from staging.quarantine
where load_id = :load_id and delivery_id = any(:delivery_ids) and row_no is not null
order by delivery_id, row_no
