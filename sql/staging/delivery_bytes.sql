-- The stored bytes of these deliveries, and their real names where those are kept apart.
select
    delivery_id,
    ciphertext,
    name_cipher
from raw.delivery
where delivery_id = any(:delivery_ids)
