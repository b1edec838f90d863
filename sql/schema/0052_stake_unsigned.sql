-- What is at stake has no sign, and is null where nobody can say: of a file that has not come, and
-- of what was refused and cannot be read. The break's amount keeps its sign.
create or replace view report.breaks as
with

latest as (

    select distinct on (break_event.break_id) break_event.*
    from recon.break_event
    where break_event.known_at <= report.as_of()
    order by break_event.break_id asc, break_event.known_at desc

),

staked as (

    -- What never came, or was refused and cannot be read, has no amount and is not nothing.
    select
        *,
        case
            when
                coalesce(exposure_minor, amount_minor) <> 0
                or code not in (
                    'MIS_FILE', 'DQ_QUARANTINED', 'DQ_CONFLICT', 'DQ_SCHEMA', 'DQ_SHRUNK'
                )
                then abs(coalesce(exposure_minor, amount_minor))
        end as stake_minor
    from latest

),

aged as (

    select
        latest.break_id,
        greatest(0, last_day.business_no - first_day.business_no) as age_days
    from latest
    inner join recon.break on latest.break_id = break.break_id
    inner join report.edges on break.reconciliation = edges.reconciliation
    left join report.calendar as first_day
        on
            edges.calendar = first_day.calendar
            and latest.business_date = first_day.day
    left join report.calendar as last_day
        on
            first_day.calendar = last_day.calendar
            and last_day.day
            = cast(least(report.as_of(), edges.as_of) at time zone 'Asia/Kolkata' as date)

)

select
    break.break_id,
    break.reconciliation,
    break.subject_kind,
    latest.code,
    latest.family,
    latest.status,
    latest.resolution,
    break.source,
    entry.txn_id,
    report.amount(latest.amount_minor, latest.currency) as amount,
    latest.amount_minor,
    latest.currency,
    latest.business_date,
    latest.opened_at,
    aged.age_days,
    report.age_bucket(aged.age_days) as age_bucket,
    break.owner,
    report.masked(account.last4) as account_id,
    latest.explanation,
    latest.known_at,
    report.severity(
        rule.rules, latest.code, latest.stake_minor, latest.currency, aged.age_days
    ) as severity,
    made.version as rule_version,
    made.sha256 as rule_sha256,
    made.code_version,
    report.amount(latest.stake_minor, latest.currency) as exposure,
    latest.stake_minor as exposure_minor
from staked as latest
inner join recon.break on latest.break_id = break.break_id
left join aged on latest.break_id = aged.break_id
left join ops.account on coalesce(latest.account_id, break.account_id) = account.account_id
left join lateral (
    select version.txn_id
    from staging.entry as version
    where version.entry_id = latest.entry_id
    order by
        (version.known_from <= report.as_of()) desc,
        version.version desc
    limit 1
) as entry on true
left join lateral (
    -- As they were known then; before there were any, the first ones.
    select severity_rule.rules
    from recon.severity_rule
    where severity_rule.reconciliation = break.reconciliation
    order by
        case when severity_rule.known_from <= report.as_of() then severity_rule.known_from end
        desc nulls last,
        severity_rule.known_from asc
    limit 1
) as rule on true
left join lateral (
    select
        edge_history.version,
        edge_history.sha256,
        edge_history.code_version
    from recon.edge_history
    where
        edge_history.reconciliation = break.reconciliation
        and edge_history.known_from <= latest.known_at
    order by edge_history.known_from desc
    limit 1
) as made on true;
comment on column report.breaks.exposure is 'What is at stake, without a sign: the difference, but all of the amount where the sides agree on it and not on what became of it; null: unknown.';

create or replace view report.break_ageing as
select
    reconciliation,
    code,
    age_bucket,
    currency,
    count(*) as breaks,
    sum(amount) as amount,
    sum(amount_minor) as amount_minor,
    (array['low', 'medium', 'high', 'critical'])[
        max(array_position(array['low', 'medium', 'high', 'critical'], severity))
    ] as severity,
    sum(exposure) as exposure,
    sum(exposure_minor) as exposure_minor,
    count(*) filter (where exposure_minor is null) as exposure_unknown
from report.open_breaks
group by reconciliation, code, age_bucket, currency;
comment on column report.break_ageing.exposure is 'What is at stake in those of them of which it is known; null: in none.';
comment on column report.break_ageing.exposure_unknown is 'Breaks of which nobody can say what is at stake.';
