-- Every view answers as of report.as_of; what cannot says so. A moment that is not closed may
-- still be joined by what somebody is writing: `select report.close_until(…)`, and once
-- `select report.is_closed(…)` says so, the answers never change any more.
create function report.closed_until() returns timestamptz
language sql stable security definer set search_path = pg_catalog as $$
    select moment from recon.closed_until
$$;
comment on function report.closed_until() is 'The latest moment anybody was told of.';

create function report.close_until(moment timestamptz) returns timestamptz
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if moment > greatest(
        clock_timestamp(),
        (select max(edge.known_at) from recon.edge),
        (select max(load.known_at) from staging.load)
    ) then
        raise exception '% has not come yet', moment using errcode = 'invalid_parameter_value';
    end if;
    insert into recon.closed_until as held (moment) values (close_until.moment)
    on conflict (one) do update
        set moment = excluded.moment
        where held.moment < excluded.moment;
    return moment;
end
$$;
comment on function report.close_until(timestamptz) is 'From its commit on nothing new becomes known at that moment or before; who writes already may still.';

-- Looks at locks and takes none: a reader never stops the steps.
create function report.is_closed(moment timestamptz) returns boolean
language sql volatile security definer set search_path = pg_catalog as $$
    select
        exists (
            select
            from recon.closed_until as held
            where
                held.moment >= is_closed.moment
                -- Our own word is nobody else's before it is committed.
                and held.xmin::text is distinct from pg_current_xact_id_if_assigned()::xid::text
        )
        and not exists (
            select
            from recon.writers(is_closed.moment) as writer (name)
            cross join lateral hashtextextended(writer.name, 0) as hashed (key)
            inner join pg_locks
                on
                    pg_locks.locktype = 'advisory'
                    and pg_locks.objsubid = 1
                    and cast(pg_locks.classid as bigint) = (hashed.key >> 32) & 4294967295
                    and cast(pg_locks.objid as bigint) = hashed.key & 4294967295
            where
                pg_locks.database = (
                    select oid from pg_database where datname = current_database()
                )
                and pg_locks.granted
        )
$$;
comment on function report.is_closed(timestamptz) is 'Whether answers as of that moment, or one before, never change any more.';

create view report.edges as
select
    edge.reconciliation,
    stood.as_of,
    stood.version as rule_version,
    stood.sha256,
    stood.calendar,
    stood.known_from
from recon.edge
cross join
    lateral (
        select edge_history.*
        from recon.edge_history
        where
            edge_history.reconciliation = edge.reconciliation
            and edge_history.known_from <= report.as_of()
        order by edge_history.known_from desc
        limit 1
    ) as stood;
comment on view report.edges is 'How far was each reconciliation, and by which rules?';

create view report.calendar as
select
    calendar.calendar,
    calendar.day,
    calendar.is_business,
    calendar.business_no
from ops.calendar
where
    not exists (
        select
        from recon.past_calendar as past
        where past.calendar = calendar.calendar and past.known_to > report.as_of()
    )
union all
select
    past.calendar,
    past.day,
    past.is_business,
    past.business_no
from recon.past_calendar as past
where past.known_to = (
    select min(next.known_to)
    from recon.past_calendar as next
    where next.calendar = past.calendar and next.known_to > report.as_of()
);
comment on view report.calendar is 'Which days are business days? Ages are differences of business_no.';

-- An end that was not known yet is not shown: what stands at a moment has none.
create or replace view report.entries as
select
    entry.source,
    entry.txn_id,
    report.amount(abs(entry.amount_minor), entry.currency) as amount,
    entry.direction,
    entry.currency,
    entry.status,
    entry.occurred_at,
    entry.business_date,
    entry.value_date,
    report.masked(account.last4) as account_id,
    entry.bank_code,
    entry.channel,
    entry.transaction_type,
    entry.reference_number,
    report.mask_text(entry.description) as description,
    entry.settlement_id,
    entry.settlement_utr,
    entry.order_id,
    entry.version,
    entry.delivery_id,
    entry.known_from,
    cast(null as timestamptz) as known_to,
    cast(null as text) as end_reason
from staging.entry
left join ops.account on entry.account_id = account.account_id
where
    entry.known_from <= report.as_of()
    and (entry.known_to is null or entry.known_to > report.as_of());

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
    cast(null as timestamptz) as known_to
from recon.match_group
inner join recon.match_item_history as match_item
    on
        match_group.match_group_id = match_item.match_group_id
        and match_group.known_from = match_item.known_from
inner join staging.entry
    on match_item.entry_id = entry.entry_id and match_item.version = entry.version
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
    ) as severity
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
) as rule on true;

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
    edges.reconciliation,
    least(report.as_of(), edges.as_of) as as_of,
    edges.rule_version,
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
from report.edges
left join matched on edges.reconciliation = matched.reconciliation
left join still_open on edges.reconciliation = still_open.reconciliation
left join broken on edges.reconciliation = broken.reconciliation;

create view report.accounts as
select
    account.account_id,
    known.last4,
    known.bank_code
from ops.account
cross join
    lateral (
        select
            account_history.last4,
            account_history.bank_code
        from recon.account_history
        where
            account_history.account_id = account.account_id
            and account_history.known_from <= report.as_of()
        order by account_history.known_from desc
        limit 1
    ) as known;
comment on view report.accounts is 'Which accounts were known, by their last four, and of which bank?';

create or replace view report.account_proof as
select
    proof.reconciliation,
    coalesce(report.masked(account.last4), 'gateway clearing') as account_id,
    known.bank_code,
    proof.business_date,
    proof.currency,
    report.amount(proof.ledger_balance_minor, proof.currency) as ledger_balance,
    report.amount(proof.open_external_minor, proof.currency) as open_external,
    report.amount(proof.open_ledger_minor, proof.currency) as open_ledger,
    report.amount(proof.differences_minor, proof.currency) as differences,
    report.amount(proof.statement_balance_minor, proof.currency) as statement_balance,
    report.amount(proof.explained_minor, proof.currency) as explained,
    report.amount(proof.unexplained_minor, proof.currency) as unexplained,
    proof.explained_minor,
    proof.unexplained_minor,
    proof.is_independent,
    proof.state,
    proof.causes,
    proof.known_from
from recon.proof
left join ops.account on proof.account_id = account.account_id
left join report.accounts as known on proof.account_id = known.account_id
where
    proof.known_from <= report.as_of()
    and (proof.known_to is null or proof.known_to > report.as_of());

create or replace view report.source_freshness as
with

landed as (

    select
        source,
        max(interval_to) as landed_until,
        max(landed_at) as landed_at,
        cast(sum(deliveries) as bigint) as deliveries
    from raw.coverage
    where known_at <= report.as_of()
    group by source

),

delivered as (

    -- Of now alone: a landing that failed has left deliveries that nobody knew of.
    select
        source,
        count(*) as deliveries,
        sum(bytes) as bytes,
        max(fetched_at) as fetched_at
    from raw.delivery
    where report.as_of() = 'infinity'
    group by source

),

loaded as (

    select
        source,
        sum(rows_parsed) as rows_parsed,
        sum(entries_new) as entries_new,
        sum(entries_changed) as entries_changed,
        sum(entries_retracted) as entries_retracted
    from staging.load
    where known_at <= report.as_of()
    group by source

),

refused as (

    select
        source,
        count(*) as quarantined
    from staging.quarantine
    where
        known_from <= report.as_of()
        and (known_to is null or known_to > report.as_of())
    group by source

)

select
    landed.source,
    landed.landed_until,
    landed.landed_at,
    delivered.fetched_at,
    coalesce(delivered.deliveries, landed.deliveries) as deliveries,
    case when report.as_of() = 'infinity' then coalesce(delivered.bytes, 0) end as bytes,
    coalesce(loaded.rows_parsed, 0) as rows_parsed,
    coalesce(loaded.entries_new, 0) as entries_new,
    coalesce(loaded.entries_changed, 0) as entries_changed,
    coalesce(loaded.entries_retracted, 0) as entries_retracted,
    coalesce(refused.quarantined, 0) as quarantined,
    case when report.as_of() = 'infinity' then coalesce(circuit.state, 'closed') end as circuit
from landed
left join delivered on landed.source = delivered.source
left join loaded on landed.source = loaded.source
left join refused on landed.source = refused.source
left join ops.circuit on landed.source = circuit.source;
comment on view report.source_freshness is 'Up to which hour is each source landed, and is it being asked? Circuit, fetched_at and bytes are of now alone: null as of a moment.';

create or replace view report.quarantine as
select
    quarantine.quarantine_id,
    quarantine.source,
    quarantine.dataset,
    quarantine.delivery_id,
    quarantine.row_no,
    quarantine.source_id,
    quarantine.business_date,
    report.masked(account.last4) as account_id,
    quarantine.code,
    quarantine.reason,
    quarantine.known_from,
    cast(null as timestamptz) as known_to
from staging.quarantine
left join ops.account on quarantine.account_id = account.account_id
where
    quarantine.known_from <= report.as_of()
    and (quarantine.known_to is null or quarantine.known_to > report.as_of());

create or replace view report.adjustments as
select
    reconciliation,
    match_group_id,
    pass_name,
    cause,
    report.amount(amount_minor, currency) as amount,
    currency,
    needs_approval,
    known_from,
    cast(null as timestamptz) as known_to
from recon.adjustment
where
    known_from <= report.as_of()
    and (known_to is null or known_to > report.as_of());

create or replace view report.decisions as
select
    decision.decision_id,
    decision.reconciliation,
    decision.kind,
    decision.reason_code,
    report.mask_digits(decision.comment) as comment,
    decision.decided_by,
    decision.decided_at,
    member.source,
    coalesce(entry.txn_id, member.entry_key) as txn_id,
    decision.known_from,
    cast(null as timestamptz) as known_to,
    cast(null as text) as ended_by,
    cast(null as text) as end_reason
from recon.decision
inner join recon.decision_member as member on decision.decision_id = member.decision_id
left join staging.entry
    on
        member.source = entry.source
        and member.entry_key = entry.entry_key
        and entry.known_from <= report.as_of()
        and (entry.known_to is null or entry.known_to > report.as_of())
where
    decision.known_from <= report.as_of()
    and (decision.known_to is null or decision.known_to > report.as_of());

create view report.outputs as
select
    output_id,
    what,
    parameters,
    as_of,
    sha256,
    bytes,
    lines,
    made_at,
    made_by
from ops.output
where as_of <= report.as_of();
comment on view report.outputs is 'Which reports and exports were made, as of when, and with which fingerprint?';

comment on view report.deliveries is 'What arrived, when, and with which fingerprint? Never the bytes. By the wall clock: fetched_at; not as of.';
comment on view report.runs is 'Which step ran for which interval, how often, and how did it end? Of now: not as of.';
comment on view report.alerts is 'What was raised, and has it cleared? Of now: not as of.';
comment on view report.api_calls is 'Which calls were made to whom, and how were they answered? By the wall clock: not as of.';
comment on view report.file_transfers is 'Which files were moved, and how did it end? By the wall clock: not as of.';
