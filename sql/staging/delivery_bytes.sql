-- The stored bytes of these deliveries.
select
    delivery_id,
    ciphertext
from raw.delivery
where delivery_id = any(:delivery_ids)
