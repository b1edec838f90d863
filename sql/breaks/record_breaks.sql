-- Bring each break to the state of its event of this run.
insert into recon.break (
    break_id, reconciliation, subject_kind, subject_key, entry_id, source, account_id, code,
    family, status, resolution, amount_minor, exposure_minor, currency, business_date, opened_at,
    resolved_at, owner, explanation, known_at
)
select
    event.break_id,
    :reconciliation as reconciliation,
    coalesce(wanted.subject_kind, break.subject_kind) as subject_kind,
    coalesce(wanted.subject_key, break.subject_key) as subject_key,
    event.entry_id,
    coalesce(wanted.source, break.source) as source,
    coalesce(wanted.account_id, break.account_id) as account_id,
    event.code,
    event.family,
    event.status,
    event.resolution,
    event.amount_minor,
    event.exposure_minor,
    event.currency,
    event.business_date,
    event.opened_at,
    case when event.status = 'RESOLVED' then :as_of end as resolved_at,
    coalesce(break.owner, :owner) as owner,
    event.explanation,
    event.known_at
from event
left join wanted on event.break_id = wanted.break_id
left join recon.break on event.break_id = break.break_id
on conflict (break_id) do update
    set
        entry_id = excluded.entry_id,
        account_id = excluded.account_id,
        code = excluded.code,
        family = excluded.family,
        status = excluded.status,
        resolution = excluded.resolution,
        amount_minor = excluded.amount_minor,
        exposure_minor = excluded.exposure_minor,
        currency = excluded.currency,
        business_date = excluded.business_date,
        resolved_at = excluded.resolved_at,
        explanation = excluded.explanation,
        known_at = excluded.known_at
