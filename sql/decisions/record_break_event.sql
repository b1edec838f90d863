-- What a person did to a break: its state now, and the event that says so.
with

moved as (

    update recon.break
    set
        status = :status,
        resolution = :resolution,
        assigned_to = :assigned_to,
        resolved_at = case when :status = 'RESOLVED' then coalesce(resolved_at, :as_of) end,
        known_at = :known_at
    where break_id = cast(:break_id as uuid)
    returning *

)

insert into recon.break_event (
    break_id, known_at, event, code, family, status, resolution, amount_minor, exposure_minor,
    currency, business_date, opened_at, entry_id, explanation, assigned_to, actor, reason_code,
    comment, account_id
)
select
    break_id,
    known_at,
    :event as event,
    code,
    family,
    status,
    resolution,
    amount_minor,
    exposure_minor,
    currency,
    business_date,
    opened_at,
    entry_id,
    explanation,
    assigned_to,
    :actor as actor,
    :reason_code as reason_code,
    :comment as comment,
    account_id
from moved
