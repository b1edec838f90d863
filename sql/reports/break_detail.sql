-- One break by its id or the first characters of it (two rows: not unique), with the day up to which
-- its age is counted and the rules that its severity was judged by; and the rules and the program
-- that found it as it stands or stood: not those of a run that closed it since, nor those in force
-- when somebody was given it.
select
    cast(breaks.break_id as text) as break_id,
    breaks.reconciliation,
    breaks.subject_kind,
    breaks.code,
    breaks.family,
    breaks.severity,
    breaks.status,
    breaks.resolution,
    breaks.source,
    breaks.txn_id,
    breaks.account_id,
    breaks.amount,
    breaks.exposure,
    breaks.exposure_minor,
    breaks.currency,
    breaks.business_date,
    breaks.opened_at,
    breaks.age_days,
    breaks.owner,
    latest.assigned_to,
    breaks.explanation,
    made.version as rule_version,
    made.sha256 as rule_sha256,
    made.code_version,
    cast(least(report.as_of(), edges.as_of) at time zone 'Asia/Kolkata' as date) as counted_until,
    judged.rules as severity_rules
from report.breaks
left join report.edges on breaks.reconciliation = edges.reconciliation
left join lateral (
    -- As report.breaks takes them.
    select severity_rule.rules
    from recon.severity_rule
    where severity_rule.reconciliation = breaks.reconciliation
    order by
        case when severity_rule.known_from <= report.as_of() then severity_rule.known_from end
        desc nulls last,
        severity_rule.known_from asc
    limit 1
) as judged on true
left join lateral (
    select break_history.assigned_to
    from report.break_history
    where break_history.break_id = breaks.break_id
    order by break_history.known_at desc
    limit 1
) as latest on true
left join lateral (
    select
        edge_history.version,
        edge_history.sha256,
        edge_history.code_version
    from recon.edge_history
    where
        edge_history.reconciliation = breaks.reconciliation
        and edge_history.known_from <= (
            select max(break_event.known_at)
            from recon.break_event
            where
                break_event.break_id = breaks.break_id
                and break_event.known_at <= report.as_of()
                and break_event.event <> 'resolved'
                and break_event.actor is null
        )
    order by edge_history.known_from desc
    limit 1
) as made on true
where left(cast(breaks.break_id as text), length(:break_id)) = :break_id
order by breaks.break_id
limit 2
