-- The rate is over successful entries on both sides of its fraction: attempts that failed alike
-- everywhere agree, but no money moved. And a break is as old in a view as in an export.
alter table recon.edge add column calendar text not null default 'india_bank';
comment on column recon.edge.calendar is 'The definition''s: ages and due days are counted on it.';

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
    latest.known_at
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
) as entry on true;

create or replace view report.matched as
select
    match_group.reconciliation,
    match_item.side,
    entry.source,
    entry.currency,
    match_group.pass_name,
    count(distinct match_group.match_group_id) as match_groups,
    count(*) as entries,
    sum(entry.amount_minor) as amount_minor,
    case entry.status when 'SUCCESS' then 'money' else 'information' end as role
from recon.match_group
inner join recon.match_item_history as match_item
    on
        match_group.match_group_id = match_item.match_group_id
        and match_group.known_from = match_item.known_from
inner join staging.entry
    on match_item.entry_id = entry.entry_id and match_item.version = entry.version
where
    match_group.known_from <= report.as_of()
    and (match_group.known_to is null or match_group.known_to > report.as_of())
group by
    match_group.reconciliation,
    match_item.side,
    entry.source,
    entry.currency,
    match_group.pass_name,
    case entry.status when 'SUCCESS' then 'money' else 'information' end;
comment on view report.matched is 'How much agrees, by rule, side and source? Matched entries in sums; the rate counts those of role money.';

create or replace view report.reconciliation_rate as
with

matched as (

    select
        match_group.reconciliation,
        count(*) as matched_entries,
        count(distinct match_group.match_group_id) as matched_groups
    from recon.match_group
    inner join recon.match_item_history as match_item
        on
            match_group.match_group_id = match_item.match_group_id
            and match_group.known_from = match_item.known_from
    inner join staging.entry
        on match_item.entry_id = entry.entry_id and match_item.version = entry.version
    where
        match_group.known_from <= report.as_of()
        and (match_group.known_to is null or match_group.known_to > report.as_of())
        and entry.status = 'SUCCESS'
    group by match_group.reconciliation

),

still_open as (

    select
        reconciliation,
        cast(sum(entries) as bigint) as open_entries,
        cast(coalesce(sum(entries) filter (where state = 'due'), 0) as bigint) as due_entries
    from report.open_items
    where role = 'money'
    group by reconciliation

),

broken as (

    select
        reconciliation,
        count(*) as open_breaks
    from report.open_breaks
    group by reconciliation

)

select
    edge.reconciliation,
    least(report.as_of(), edge.as_of) as as_of,
    edge.version as rule_version,
    coalesce(matched.matched_entries, 0) + coalesce(still_open.open_entries, 0) as entries,
    coalesce(matched.matched_groups, 0) as matched_groups,
    coalesce(matched.matched_entries, 0) as matched_entries,
    coalesce(still_open.open_entries, 0) as open_entries,
    coalesce(still_open.due_entries, 0) as due_entries,
    coalesce(broken.open_breaks, 0) as open_breaks,
    round(
        100.0 * matched.matched_entries
        / nullif(matched.matched_entries + coalesce(still_open.due_entries, 0), 0),
        4
    ) as rate
from recon.edge
left join matched on edge.reconciliation = matched.reconciliation
left join still_open on edge.reconciliation = still_open.reconciliation
left join broken on edge.reconciliation = broken.reconciliation;
