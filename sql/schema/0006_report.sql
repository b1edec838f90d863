-- What an auditor and the dashboard may read: every view answers one named question,
-- masked, as of any past moment. A session chooses the moment with
--     set report.as_of = '2026-03-10 11:00+05:30';
-- and sees everything known now when it does not.
create schema report;
comment on schema report is 'Read-only, masked views. `set report.as_of = ''…''` shows what was known at that moment.';

create function report.as_of() returns timestamptz language sql stable as $$
    select coalesce(
        cast(nullif(current_setting('report.as_of', true), '') as timestamptz),
        cast('infinity' as timestamptz)
    )
$$;
comment on function report.as_of() is 'The moment this session asks about; infinity: everything known.';

create function report.amount(minor bigint, currency text) returns numeric language sql immutable as $$
    select case
        when currency in ('JPY', 'KRW', 'VND') then cast(minor as numeric)
        when currency in ('KWD', 'BHD', 'OMR', 'JOD', 'TND') then round(cast(minor as numeric) / 1000, 3)
        else round(cast(minor as numeric) / 100, 2)
    end
$$;
comment on function report.amount(bigint, text) is 'Minor units as a decimal of the currency.';

create function report.masked(last4 text) returns text language sql immutable as $$
    select '••••' || last4
$$;
comment on function report.masked(text) is 'An account as its last four.';

create function report.mask_digits(words text) returns text language sql immutable as $$
    select regexp_replace(words, '\d{5,}(\d{4})(?!\d)', '••••\1', 'g')
$$;
comment on function report.mask_digits(text) is 'Text with account numbers (nine digits or more) as last four.';

-- Addresses first, then every run of five digits or more, then every word that is not
-- one a bank writes itself: names are masked wherever a bank puts them.
create function report.mask_text(words text) returns text language sql immutable as $$
    select regexp_replace(
        regexp_replace(
            regexp_replace(words, '[^\s/*:,;|-]+@[^\s/*:,;|-]+', '•@•', 'g'),
            '\d+(\d{4})(?!\d)', '••••\1', 'g'
        ),
        '(?<![^\s/*:.,;_|()•@0-9-])'
        '(?!(?:UPI|NEFT|IMPS|RTGS|MMT|NFS|ATW|ATM|POS|OTHPOS|ACH|NACH|ECS|CR|DR|P2A|P2M'
        '|CASH|WDL|TO|BY|FROM|TRANSFER|DEBIT|CREDIT|CARD|PAYMENT|REFUND|REVERSAL|REV'
        '|SETTLEMENT|RAZORPAY|CHARGE|CHARGES|GST|FEE|INTEREST|CHQ|CHEQUE|DEPOSIT|WITHDRAWAL'
        '|HDFC|ICICI|SBI|AXIS|KOTAK|BANK)(?:[\s/*:.,;_|()•@0-9-]|$))'
        '([^\s/*:.,;_|()•@0-9-])[^\s/*:.,;_|()•@0-9-]*',
        '\1••', 'gi'
    )
$$;
comment on function report.mask_text(text) is 'A narration without addresses, digit runs and names.';

create function report.age_bucket(days integer) returns text language sql immutable as $$
    select case
        when days <= 2 then cast(days as text)
        when days <= 5 then '3-5'
        when days <= 10 then '6-10'
        when days <= 30 then '11-30'
        when days <= 90 then '31-90'
        else '90+'
    end
$$;
comment on function report.age_bucket(integer) is 'The ageing bucket of an age in business days.';

-- What was open on an edge after each run that changed something: matches and breaks
-- keep their own history, open items do not, and a past report must come out the same.
create table recon.open_position (
    reconciliation text not null,
    known_from timestamptz not null,
    as_of timestamptz not null,
    side text not null,
    source text not null,
    currency text not null,
    role text not null,
    state text not null check (state in ('open', 'due')),  -- due: its window is over
    reason text not null,  -- why an open item may still be open; blank when due
    entries bigint not null,
    amount_minor bigint not null,
    primary key (reconciliation, known_from, side, source, currency, role, state, reason)
);
comment on table recon.open_position is 'Open entries of an edge in sums, after each run that changed them; append only.';

create view report.entries as
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
    entry.known_to,
    entry.end_reason
from staging.entry
left join ops.account on entry.account_id = account.account_id
where
    entry.known_from <= report.as_of()
    and (entry.known_to is null or entry.known_to > report.as_of());
comment on view report.entries is 'What does each party say happened? One row a movement, in the version known at report.as_of.';

create view report.matches as
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
    match_group.known_to
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
comment on view report.matches is 'Which entries agree, by which rule, and why? One row a seat.';

create view report.breaks as
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
    left join ops.account on break.account_id = account.account_id
    left join ops.calendar as first_day
        on
            first_day.calendar = coalesce(account.calendar, 'india_bank')
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
comment on view report.breaks is 'What had to be explained, and what became of it? One row a break, in the state known at report.as_of.';

create view report.open_breaks as
select *
from report.breaks
where status <> 'RESOLVED';
comment on view report.open_breaks is 'What must still be explained? Breaks that are not resolved.';

create view report.break_ageing as
select
    reconciliation,
    code,
    age_bucket,
    currency,
    count(*) as breaks,
    sum(amount) as amount,
    sum(amount_minor) as amount_minor
from report.open_breaks
group by reconciliation, code, age_bucket, currency;
comment on view report.break_ageing is 'How old is what is open? Breaks and their amounts by code and ageing bucket, in business days.';

create view report.open_items as
with

dated as (

    select
        open_entry.reconciliation,
        open_entry.side,
        open_entry.source,
        open_entry.currency,
        open_entry.role,
        open_entry.amount_minor,
        case when open_entry.due_at <= edge.as_of then 'due' else 'open' end as state,
        case
            when open_entry.due_at <= edge.as_of then ''
            else coalesce(open_entry.reason, '')
        end as reason
    from recon.open_entry
    inner join recon.edge on open_entry.reconciliation = edge.reconciliation
    where report.as_of() >= edge.known_at

),

now_open as (

    select
        reconciliation,
        side,
        source,
        currency,
        role,
        state,
        reason,
        count(*) as entries,
        sum(amount_minor) as amount_minor
    from dated
    group by reconciliation, side, source, currency, role, state, reason

),

last_position as (

    select
        open_position.reconciliation,
        max(open_position.known_from) as known_from
    from recon.open_position
    inner join recon.edge on open_position.reconciliation = edge.reconciliation
    where
        open_position.known_from <= report.as_of()
        and report.as_of() < edge.known_at
    group by open_position.reconciliation

),

then_open as (

    select open_position.*
    from recon.open_position
    inner join last_position
        on
            open_position.reconciliation = last_position.reconciliation
            and open_position.known_from = last_position.known_from

)

select
    reconciliation,
    side,
    source,
    currency,
    role,
    state,
    reason,
    entries,
    report.amount(cast(amount_minor as bigint), currency) as amount,
    amount_minor
from now_open
union all
select
    reconciliation,
    side,
    source,
    currency,
    role,
    state,
    reason,
    entries,
    report.amount(amount_minor, currency) as amount,
    amount_minor
from then_open
where entries > 0;
comment on view report.open_items is 'What has no partner yet, and may it still wait? Open entries in sums; `due` ones are in a break.';

create view report.matched as
select
    match_group.reconciliation,
    match_item.side,
    entry.source,
    entry.currency,
    match_group.pass_name,
    count(distinct match_group.match_group_id) as match_groups,
    count(*) as entries,
    sum(entry.amount_minor) as amount_minor
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
    match_group.pass_name;
comment on view report.matched is 'How much agrees, by rule, side and source? Matched entries in sums.';

create view report.reconciliation_rate as
with

matched as (

    select
        reconciliation,
        cast(sum(entries) as bigint) as matched_entries
    from report.matched
    group by reconciliation

),

match_groups as (

    select
        reconciliation,
        count(*) as matched_groups
    from recon.match_group
    where
        known_from <= report.as_of()
        and (known_to is null or known_to > report.as_of())
    group by reconciliation

),

unmatched as (

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
    coalesce(matched.matched_entries, 0) + coalesce(unmatched.open_entries, 0) as entries,
    coalesce(match_groups.matched_groups, 0) as matched_groups,
    coalesce(matched.matched_entries, 0) as matched_entries,
    coalesce(unmatched.open_entries, 0) as open_entries,
    coalesce(unmatched.due_entries, 0) as due_entries,
    coalesce(broken.open_breaks, 0) as open_breaks,
    round(
        100.0 * matched.matched_entries
        / nullif(matched.matched_entries + coalesce(unmatched.due_entries, 0), 0),
        4
    ) as rate
from recon.edge
left join matched on edge.reconciliation = matched.reconciliation
left join match_groups on edge.reconciliation = match_groups.reconciliation
left join unmatched on edge.reconciliation = unmatched.reconciliation
left join broken on edge.reconciliation = broken.reconciliation;
comment on view report.reconciliation_rate is 'How much of what is due agrees? Rate in percent: matched / (matched + due).';

create view report.account_proof as
select
    proof.reconciliation,
    coalesce(report.masked(account.last4), 'gateway clearing') as account_id,
    account.bank_code,
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
where
    proof.known_from <= report.as_of()
    and (proof.known_to is null or proof.known_to > report.as_of());
comment on view report.account_proof is 'Does ledger balance + open external - open ledger + differences give the statement balance, to the paisa?';

create view report.source_freshness as
with

landed as (

    select
        source,
        max(interval_to) as landed_until,
        max(landed_at) as landed_at
    from raw.coverage
    group by source

),

delivered as (

    select
        source,
        count(*) as deliveries,
        sum(bytes) as bytes,
        max(fetched_at) as fetched_at
    from raw.delivery
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
    coalesce(delivered.deliveries, 0) as deliveries,
    coalesce(delivered.bytes, 0) as bytes,
    coalesce(loaded.rows_parsed, 0) as rows_parsed,
    coalesce(loaded.entries_new, 0) as entries_new,
    coalesce(loaded.entries_changed, 0) as entries_changed,
    coalesce(loaded.entries_retracted, 0) as entries_retracted,
    coalesce(refused.quarantined, 0) as quarantined,
    coalesce(circuit.state, 'closed') as circuit
from landed
left join delivered on landed.source = delivered.source
left join loaded on landed.source = loaded.source
left join refused on landed.source = refused.source
left join ops.circuit on landed.source = circuit.source;
comment on view report.source_freshness is 'Up to which hour is each source landed, and is it being asked?';

create view report.quarantine as
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
    quarantine.known_to
from staging.quarantine
left join ops.account on quarantine.account_id = account.account_id
where
    quarantine.known_from <= report.as_of()
    and (quarantine.known_to is null or quarantine.known_to > report.as_of());
comment on view report.quarantine is 'Which rows and files were refused, and why?';

create view report.deliveries as
select
    delivery_id,
    source,
    dataset,
    interval_from,
    interval_to,
    report.mask_digits(name) as name,
    sha256,
    bytes,
    key_id,
    fetched_at
from raw.delivery;
comment on view report.deliveries is 'What arrived, when, and with which fingerprint? Never the bytes.';

create view report.break_history as
select
    break_event.break_id,
    break.reconciliation,
    break_event.known_at,
    break_event.event,
    break_event.code,
    break_event.status,
    break_event.resolution,
    report.amount(break_event.amount_minor, break_event.currency) as amount,
    break_event.currency,
    break_event.business_date,
    break_event.opened_at,
    break_event.explanation
from recon.break_event
inner join recon.break on break_event.break_id = break.break_id
where break_event.known_at <= report.as_of();
comment on view report.break_history is 'What happened to a break, and when did we learn it?';

create view report.runs as
select
    run_id,
    step,
    subject,
    interval_from,
    interval_to,
    attempt,
    state,
    counts,
    started_at,
    ended_at
from recon.run;
comment on view report.runs is 'Which step ran for which interval, how often, and how did it end?';

create view report.alerts as
select
    kind,
    subject,
    detail,
    raised_at,
    cleared_at
from ops.alert;
comment on view report.alerts is 'What was raised, and has it cleared?';

create view report.api_calls as
select
    source,
    method,
    endpoint,
    started_at,
    status,
    outcome,
    latency_ms,
    bytes,
    attempt
from audit.api_call;
comment on view report.api_calls is 'Which calls were made to whom, and how were they answered?';

create view report.file_transfers as
select
    source,
    report.mask_digits(name) as name,
    started_at,
    outcome,
    latency_ms,
    bytes,
    sha256,
    attempt
from audit.file_transfer;
comment on view report.file_transfers is 'Which files were moved, and how did it end?';
