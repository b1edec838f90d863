-- What stood at report.as_of, or people had closed by then (:by_people), about the settlements of these UTRs as wholes: the breaks of
-- :reconciliation whose entry, a line or a credit, carries one of them. Goes from the breaks to
-- the entries: they are few, the lines are not.
select
    anchor.settlement_utr,
    cast(break.break_id as text) as break_id,
    break.reconciliation,
    latest.entry_id,
    latest.code,
    latest.status,
    latest.amount_minor,
    latest.currency,
    latest.explanation,
    latest.resolution
from recon.break
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
cross join
    lateral (
        select upper(version.settlement_utr) as settlement_utr
        from staging.entry as version
        where version.entry_id = latest.entry_id
        order by version.version desc
        limit 1
    ) as anchor
where
    break.reconciliation = :reconciliation
    and (
        break.status <> 'RESOLVED'
        or break.resolution = any(cast(:by_people as text[]))
        or report.as_of() < 'infinity'
    )
    and (latest.status <> 'RESOLVED' or latest.resolution = any(cast(:by_people as text[])))
    and anchor.settlement_utr = any(cast(:utrs as text[]))
order by anchor.settlement_utr, latest.code, break.break_id
