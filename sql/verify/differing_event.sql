-- The first break of :reconciliation that is not what the last event of it says, or has an id
-- that its subject does not make.
select
    break.break_id,
    concat_ws(
        ', ', cast(md5(concat_ws(
            '|', cast(:reconciliation as text), break.subject_kind, break.subject_key
        )) as uuid), break.code, break.family, break.status, break.resolution,
        break.amount_minor, 'at stake ' || break.exposure_minor, break.currency,
        break.business_date, break.opened_at,
        'entry ' || break.entry_id, 'of ' || break.assigned_to, break.explanation,
        break.known_at
    ) as stored,
    concat_ws(
        ', ', break.break_id, event.code, event.family, event.status, event.resolution,
        event.amount_minor, 'at stake ' || event.exposure_minor, event.currency,
        event.business_date, event.opened_at,
        'entry ' || event.entry_id, 'of ' || event.assigned_to, event.explanation,
        event.known_at
    ) as again
from recon.break
left join lateral (
    select *
    from recon.break_event
    where break_event.break_id = break.break_id  -- noqa: RF03
    order by break_event.known_at desc
    limit 1
) as event on true
where
    break.reconciliation = :reconciliation
    and concat_ws(
        ', ', cast(md5(concat_ws(
            '|', cast(:reconciliation as text), break.subject_kind, break.subject_key
        )) as uuid), break.code, break.family, break.status, break.resolution,
        break.amount_minor, 'at stake ' || break.exposure_minor, break.currency,
        break.business_date, break.opened_at,
        'entry ' || break.entry_id, 'of ' || break.assigned_to, break.explanation,
        break.known_at
    ) <> concat_ws(
        ', ', break.break_id, event.code, event.family, event.status, event.resolution,
        event.amount_minor, 'at stake ' || event.exposure_minor, event.currency,
        event.business_date, event.opened_at,
        'entry ' || event.entry_id, 'of ' || event.assigned_to, event.explanation,
        event.known_at
    )
order by break.break_id
limit 1
