-- Messages given up after too many attempts, newest first.
select
    subject,
    attempts,
    last_error,
    queued_at
from ops.outbox
where state = 'failed'
order by queued_at desc
limit 20
