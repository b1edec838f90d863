-- The oldest message that waits and is not in :tried, locked; another worker's is skipped.
select
    message_id,
    recipients,
    body_cipher,
    attempts
from ops.outbox
where state = 'queued' and not message_id = any(cast(:tried as text[]))
order by queued_at asc, message_id asc
limit 1
for update skip locked
