-- How severe a break is: by its code, one step more from an amount of its currency on, and one
-- from an age in business days on, as its edge's definition says.
create table recon.severity_rule (
    reconciliation text not null,
    known_from timestamptz not null,
    rules jsonb not null,  -- reconciliation/severity.py
    primary key (reconciliation, known_from)
);
comment on table recon.severity_rule is 'What the breaks of an edge are judged by, from which moment on; append only.';

create function report.severity(
    rules jsonb, code text, amount_minor bigint, currency text, age_days integer
) returns text language sql immutable as $$
    select case
        when rules -> 'codes' ->> code is not null
            then (array['low', 'medium', 'high', 'critical'])[greatest(
                cast(rules -> 'codes' ->> code as integer),
                least(
                    cast(rules ->> 'raised_max' as integer),
                    cast(rules -> 'codes' ->> code as integer)
                    + case
                        when
                            abs(amount_minor)
                            >= cast(rules -> 'amounts_minor' ->> currency as bigint)
                            then 1
                        else 0
                    end
                    + case when age_days >= cast(rules ->> 'age_days' as integer) then 1 else 0 end
                )
            )]
    end
$$;
comment on function report.severity is 'low, medium, high or critical; null where the code has none.';

create or replace view report.breaks as
with

latest as (

    select distinct on (break_event.break_id) break_event.*
    from recon.break_event
    where break_event.known_at <= report.as_of()
    order by break_event.break_id asc, break_event.known_at desc

),

aged as (

    select
        latest.break_id,
        greatest(0, last_day.business_no - first_day.business_no) as age_days
    from latest
    inner join recon.break on latest.break_id = break.break_id
    inner join recon.edge on break.reconciliation = edge.reconciliation
    left join ops.calendar as first_day
        on
            edge.calendar = first_day.calendar
            and latest.business_date = first_day.day
    left join ops.calendar as last_day
        on
            first_day.calendar = last_day.calendar
            and last_day.day
            = cast(least(report.as_of(), edge.as_of) at time zone 'Asia/Kolkata' as date)

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
        rule.rules, latest.code, latest.amount_minor, latest.currency, aged.age_days
    ) as severity
from latest
inner join recon.break on latest.break_id = break.break_id
left join aged on latest.break_id = aged.break_id
left join ops.account on break.account_id = account.account_id
left join lateral (
    select version.txn_id
    from staging.entry as version
    where version.entry_id = latest.entry_id
    order by version.version desc
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
) as rule on true;

create or replace view report.open_breaks as
select *
from report.breaks
where status <> 'RESOLVED';

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
    ] as severity
from report.open_breaks
group by reconciliation, code, age_bucket, currency;
comment on view report.break_ageing is 'How old is what is open? Breaks and their amounts by code and ageing bucket, in business days; severity is the worst of them.';
