-- Add this run's events to the history.
insert into recon.break_event (
    break_id, known_at, event, code, family, status, resolution, amount_minor, exposure_minor,
    currency, business_date, opened_at, entry_id, explanation, assigned_to, account_id
)
select
    event.break_id,
    event.known_at,
    event.event,
    event.code,
    event.family,
    event.status,
    event.resolution,
    event.amount_minor,
    event.exposure_minor,
    event.currency,
    event.business_date,
    event.opened_at,
    event.entry_id,
    event.explanation,
    event.assigned_to,
    coalesce(wanted.account_id, break.account_id) as account_id
from event
left join wanted on event.break_id = wanted.break_id
left join recon.break on event.break_id = break.break_id
