-- Add this run's events to the history.
insert into recon.break_event (
    break_id, known_at, event, code, family, status, resolution, amount_minor, currency,
    business_date, opened_at, entry_id, explanation, assigned_to
)
select
    break_id,
    known_at,
    event,
    code,
    family,
    status,
    resolution,
    amount_minor,
    currency,
    business_date,
    opened_at,
    entry_id,
    explanation,
    assigned_to
from event
