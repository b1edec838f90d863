-- Of these breaks those that stood at report.as_of, in the state they then had, and those that
-- people had closed by then (:by_people), with their resolution.
select
    cast(break.break_id as text) as break_id,
    break.reconciliation,
    latest.entry_id,
    latest.code,
    latest.status,
    latest.amount_minor,
    latest.currency,
    latest.explanation,
    latest.resolution
from unnest(cast(:break_ids as uuid[])) as asked (break_id)
inner join recon.break on asked.break_id = break.break_id
cross join
    lateral (
        select break_event.*
        from recon.break_event
        where
            break_event.break_id = break.break_id
            and break_event.known_at <= report.as_of()
        order by break_event.known_at desc
        limit 1
    ) as latest
where
    latest.status <> 'RESOLVED'
    or latest.resolution = any(cast(:by_people as text[]))
order by break.reconciliation, latest.code, break.break_id
