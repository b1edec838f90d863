-- One break by its id or the first characters of it (two rows: not unique), with the day up to which
-- its age is counted and the rules that its severity was judged by.
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
    breaks.rule_version,
    breaks.rule_sha256,
    breaks.code_version,
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
where left(cast(breaks.break_id as text), length(:break_id)) = :break_id
order by breaks.break_id
limit 2
