-- Rules as data: tried on history, put in force by a second person, and told of with each
-- match and break, beside the version of the program.
alter table recon.edge add column code_version text not null default '';
comment on column recon.edge.code_version is 'Of the program that made the standing results: pipeline/code_version.py.';
alter table recon.edge_history add column code_version text not null default '';

create or replace function recon.keep_edge() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into recon.edge_history (
        reconciliation, known_from, as_of, version, sha256, calendar, code_version
    )
    values (
        new.reconciliation, new.known_at, new.as_of, new.version, new.sha256, new.calendar,
        new.code_version
    )
    on conflict do nothing;
    return null;
end
$$;

-- One replay of history by a changed definition, beside one by the definition in force.
create table recon.backtest (
    backtest_id bigint generated always as identity primary key,
    reconciliation text not null,
    version integer not null,
    sha256 text not null,
    definition jsonb not null,
    against_version integer not null,
    against_sha256 text not null,
    interval_from timestamptz not null,
    interval_to timestamptz not null,
    result jsonb not null,  -- counts and sums, no entry
    code_version text not null,
    made_by text not null check (btrim(made_by) <> ''),
    made_at timestamptz not null default clock_timestamp(),
    check (interval_from < interval_to),
    unique (backtest_id, reconciliation, sha256, made_by)
);
create index backtest_rule_idx on recon.backtest (reconciliation, sha256);
comment on table recon.backtest is 'What a changed definition would have made of history; append only.';

create trigger backtest_append_only
before update or delete or truncate on recon.backtest
for each statement execute function ops.refuse_change();

-- From known_from on the edge is reconciled by this definition, unless the program brings one
-- of a higher version.
create table recon.promotion (
    promotion_id bigint generated always as identity primary key,
    reconciliation text not null,
    version integer not null,
    sha256 text not null,
    definition jsonb not null,
    backtest_id bigint not null,
    tested_by text not null,
    promoted_by text not null check (btrim(promoted_by) <> ''),
    comment text not null default '',
    promoted_at timestamptz not null default clock_timestamp(),  -- for people
    known_from timestamptz not null,  -- the edge's clock
    unique (reconciliation, version),
    foreign key (backtest_id, reconciliation, sha256, tested_by)
    references recon.backtest (backtest_id, reconciliation, sha256, made_by),
    constraint promotion_two_people check (lower(btrim(promoted_by)) <> lower(btrim(tested_by)))
);
comment on table recon.promotion is 'Definitions put in force by somebody else than who tried them; append only.';

create trigger promotion_append_only
before update or delete or truncate on recon.promotion
for each statement execute function ops.refuse_change();

create view report.promotions as
select
    promotion.reconciliation,
    promotion.version,
    promotion.sha256,
    promotion.definition ->> 'yaml' as definition,
    promotion.tested_by,
    backtest.interval_from as tested_from,
    backtest.interval_to as tested_to,
    backtest.result as tested_result,
    promotion.promoted_by,
    promotion.promoted_at,
    report.mask_digits(promotion.comment) as comment,
    promotion.known_from
from recon.promotion
inner join recon.backtest on promotion.backtest_id = backtest.backtest_id
where promotion.known_from <= report.as_of();
comment on view report.promotions is 'Which rules were put in force, tried on what, and by whom?';

-- Each match and break with the rule and the program that made it as it stands.
create or replace view report.matches as
select
    match_group.reconciliation,
    match_group.match_group_id,
    match_group.pass_name,
    match_group.rule_version,
    match_item.side,
    entry.source,
    entry.txn_id,
    report.amount(entry.amount_minor, entry.currency) as amount,
    report.amount(match_group.difference_minor, match_group.currency) as difference,
    match_group.currency,
    match_group.reason,
    entry.business_date,
    match_group.known_from,
    cast(null as timestamptz) as known_to,
    made.sha256 as rule_sha256,
    made.code_version
from recon.match_group
inner join recon.match_item_history as match_item
    on
        match_group.match_group_id = match_item.match_group_id
        and match_group.known_from = match_item.known_from
inner join staging.entry
    on match_item.entry_id = entry.entry_id and match_item.version = entry.version
left join recon.edge_history as made
    on
        match_group.reconciliation = made.reconciliation
        and match_group.known_from = made.known_from
where
    match_group.known_from <= report.as_of()
    and (match_group.known_to is null or match_group.known_to > report.as_of());

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
        rule.rules, latest.code, latest.amount_minor, latest.currency, aged.age_days
    ) as severity,
    made.version as rule_version,
    made.sha256 as rule_sha256,
    made.code_version
from latest
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
