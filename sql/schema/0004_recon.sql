-- Results: what agrees, what is open, what must be explained, and the proof.
create schema recon;

-- Minor units as decimal text: (-150050, 'INR') gives '-1500.50'. The exponents are
-- those of reconciliation/model.py; a test holds the two equal.
create function recon.decimal_text(minor bigint, currency text) returns text
language sql immutable as $$
    select case
        when currency in ('JPY', 'KRW', 'VND') then cast(minor as text)
        when currency in ('KWD', 'BHD', 'OMR', 'JOD', 'TND')
            then cast(round(cast(minor as numeric) / 1000, 3) as text)
        else cast(round(cast(minor as numeric) / 100, 2) as text)
    end
$$;

create table recon.run (
    run_id bigint generated always as identity primary key,
    step text not null,  -- land, stage, reconcile, report
    subject text not null,  -- source or reconciliation
    interval_from timestamptz not null,
    interval_to timestamptz not null,
    attempt integer not null,  -- the fencing token
    state text not null check (state in ('running', 'done', 'failed')),
    counts jsonb not null default '{}',
    error text,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    unique (step, subject, interval_from, interval_to)
);

create table recon.rule_version (
    reconciliation text not null,
    version integer not null,
    definition jsonb not null,
    sha256 text not null,
    first_seen_at timestamptz not null default now(),
    primary key (reconciliation, version, sha256)
);

create table recon.edge (
    reconciliation text primary key,
    version integer not null,
    sha256 text not null,  -- of the definition the standing results were made with
    as_of timestamptz not null,  -- business clock: the latest interval end reconciled
    known_at timestamptz not null  -- knowledge clock, strictly rising
);

create table recon.admitted_load (
    reconciliation text not null,
    load_id bigint not null,
    primary key (reconciliation, load_id)
);

-- Every live entry of an edge under each of its block keys, so that what a new
-- entry can touch is found without reading history.
create table recon.entry_block (
    reconciliation text not null,
    block_key bigint not null,  -- hashtextextended(kind:value); a collision only widens a block
    entry_id bigint not null,
    side text not null,
    -- The selective column leads, here and below: with the edge in front the planner reads a
    -- whole edge for each row it joins, whenever its statistics do not know the edge yet.
    primary key (block_key, reconciliation, entry_id)
);
create index entry_block_entry_idx on recon.entry_block (entry_id, reconciliation);

create table recon.open_entry (
    reconciliation text not null,
    entry_id bigint not null,
    version integer not null,
    side text not null,
    source text not null,
    account_id integer,
    currency text not null,
    amount_minor bigint not null,
    status text not null,
    business_date date not null,
    due_at timestamptz,  -- when it stops being an open item; null: not while it is held back
    role text not null,  -- money (counts in the rate), information (failed, pending)
    reason text,  -- TIM_CUTOFF, TIM_IN_TRANSIT; held back: MIS_FILE, DQ_QUARANTINED
    primary key (entry_id, reconciliation)
);
create index open_entry_edge_idx on recon.open_entry (reconciliation);

create table recon.match_group (
    match_group_id uuid not null,  -- md5 of reconciliation and its entries' keys
    reconciliation text not null,
    pass_name text not null,
    rule_version integer not null,
    difference_minor bigint not null,  -- external − ledger
    currency text not null,
    reason text not null,  -- what a person reads
    first_date date not null,  -- of its entries; the group counts from last_date on
    last_date date not null,
    as_of timestamptz not null,
    known_from timestamptz not null,
    known_to timestamptz,
    primary key (match_group_id, known_from)
);
create unique index match_group_live_key on recon.match_group (match_group_id)
where known_to is null;
-- What the proof of a past day needs: groups that straddle days, and those that differ.
create index match_group_proof_idx on recon.match_group (reconciliation, last_date)
where known_to is null and (first_date < last_date or difference_minor <> 0);

create table recon.match_item (  -- live seats
    reconciliation text not null,
    entry_id bigint not null,
    version integer not null,
    side text not null,
    match_group_id uuid not null,
    primary key (entry_id, reconciliation)  -- one live group per entry and edge: the database says so
);
create index match_item_group_idx on recon.match_item (match_group_id);

create table recon.match_item_history (  -- every seat ever given, append only
    reconciliation text not null,
    entry_id bigint not null,
    version integer not null,
    side text not null,
    match_group_id uuid not null,
    known_from timestamptz not null,
    primary key (match_group_id, known_from, entry_id)
);
create index match_item_history_entry_idx on recon.match_item_history (reconciliation, entry_id);

create table recon.candidate (
    reconciliation text not null,
    entry_id bigint not null,
    candidate_entry_id bigint not null,
    reason text not null,
    known_from timestamptz not null,
    known_to timestamptz,
    primary key (reconciliation, entry_id, candidate_entry_id, known_from)
);

create table recon.break (  -- the state now; break_event is the history
    break_id uuid primary key,  -- md5(edge, kind of subject, subject key)
    reconciliation text not null,
    subject_kind text not null check (subject_kind in ('entry', 'account_day', 'delivery', 'source_interval', 'row')),
    subject_key text not null,
    entry_id bigint,  -- the anchor
    source text not null,
    account_id integer,
    code text not null,
    family text not null,
    status text not null check (status in (
        'OPEN', 'ASSIGNED', 'INVESTIGATING', 'PENDING_APPROVAL', 'RESOLVED', 'REOPENED'
    )),
    resolution text check (resolution in ('auto', 'matched', 'written_off', 'claimed', 'not_a_break')),
    amount_minor bigint not null,
    currency text not null,
    business_date date not null,
    opened_at timestamptz not null,
    resolved_at timestamptz,
    owner text not null,
    explanation text not null,
    known_at timestamptz not null
);
create index break_live_idx on recon.break (reconciliation) where status <> 'RESOLVED';

create table recon.break_event (
    break_id uuid not null,
    known_at timestamptz not null,
    event text not null check (event in ('opened', 'changed', 'resolved', 'reopened')),
    code text not null,
    family text not null,
    status text not null,
    resolution text,
    amount_minor bigint not null,
    currency text not null,
    business_date date not null,
    opened_at timestamptz not null,
    entry_id bigint,
    explanation text not null,
    primary key (break_id, known_at)
);

-- Sums of an account's day, changed by what each run brings and takes, so that a proof
-- never reads history.
create table recon.account_day (
    reconciliation text not null,
    account_no integer not null,  -- account_id; 0: the gateway's clearing account
    currency text not null,
    business_date date not null,
    ledger_minor bigint not null,  -- movements of each side
    external_minor bigint not null,
    fees_minor bigint not null,
    external_entries bigint not null,
    -- Groups that straddle days: their earlier entries count as open until the last is there.
    waiting_ledger_minor bigint not null,  -- what joins (+) or leaves (−) them this day
    waiting_external_minor bigint not null,
    difference_minor bigint not null,  -- of the groups that are whole from this day on
    primary key (reconciliation, account_no, currency, business_date)
);

-- A bank's running balance over one account and day, once all its rows can be there.
create table recon.statement_day (
    reconciliation text not null,
    account_no integer not null,
    currency text not null,
    business_date date not null,
    opening_minor bigint not null,
    opening_at timestamptz not null,  -- the time of the first entry
    closing_minor bigint not null,
    closing_at timestamptz not null,
    primary key (reconciliation, account_no, currency, business_date)
);

-- Where the running balance does not continue inside a day: one row a gap.
create table recon.statement_gap (
    reconciliation text not null,
    account_no integer not null,
    currency text not null,
    business_date date not null,
    gap_no bigint not null,
    amount_minor bigint not null,  -- the balance found, less what it should be
    before_at timestamptz not null,  -- the entries it lies between
    after_at timestamptz not null,
    is_between_files boolean not null,
    primary key (reconciliation, account_no, currency, business_date, gap_no)
);

create table recon.proof (  -- one account and business day, as of one moment
    reconciliation text not null,
    account_id integer,  -- null: the gateway's clearing account, what it still owes us
    business_date date not null,
    currency text not null,
    ledger_balance_minor bigint,
    open_external_minor bigint not null,
    open_ledger_minor bigint not null,
    differences_minor bigint not null,
    statement_balance_minor bigint,
    explained_minor bigint not null default 0,  -- known causes, named in causes
    unexplained_minor bigint not null,
    is_independent boolean not null,  -- the ledger balance did not come from the ledger's own rows
    state text not null check (state in ('proven', 'explained', 'unexplained', 'consistent_only', 'not_due')),
    causes jsonb not null default '[]',  -- [{"cause", "amount_minor", "detail"}]
    known_from timestamptz not null,
    known_to timestamptz,
    unique nulls not distinct (reconciliation, account_id, business_date, currency, known_from)
);
create index proof_live_idx on recon.proof (reconciliation, business_date) where known_to is null;

create table recon.adjustment (
    adjustment_id bigint generated always as identity primary key,
    reconciliation text not null,
    match_group_id uuid not null,
    cause text not null,
    amount_minor bigint not null,
    currency text not null,
    known_from timestamptz not null,
    known_to timestamptz
);

-- Days the calendar's rule has wrong: holidays by notification, working Sundays.
create table ops.calendar_override (
    calendar text not null,
    day date not null,
    is_business boolean not null,
    reason text not null,
    primary key (calendar, day)
);

-- A live entry as the passes and the breaks look at it. `moment` orders entries by business
-- time; a source that gives only a day has its start, and `ended_at` its end. The *_key
-- columns are 64-bit hashes to join on; the real columns are compared after. Names and ids
-- sort as bytes: a tie must not fall differently on a server with another locale.
create view recon.live_entry as
select
    entry_id,
    version,
    source collate "C" as source,
    entry_key collate "C" as entry_key,
    (source || ':' || entry_key) collate "C" as subject_key,
    txn_id collate "C" as txn_id,
    split_part(txn_id, '@', 1) as entity_id,  -- a settlement line's id is entity@settlement
    account_id,
    amount_minor,
    currency,
    status,
    coalesce(
        occurred_at,
        cast(coalesce(booking_date, business_date) as timestamp) at time zone 'Asia/Kolkata'
    ) as moment,
    coalesce(
        occurred_at,
        cast(coalesce(booking_date, business_date) + 1 as timestamp) at time zone 'Asia/Kolkata'
    ) as ended_at,
    coalesce(booking_date, business_date) as day,
    transaction_type,
    order_id,
    payment_id,
    upper(settlement_utr) as settlement_utr,
    gross_minor,
    fee_minor,
    -- A settlement line by its own figures; the fee holds its GST, a refund has none.
    coalesce(
        amount_minor = case transaction_type
            when 'REFUND' then -gross_minor
            else gross_minor - coalesce(fee_minor, 0)
        end,
        false
    ) as adds_up,
    nullif(rrn, '') as rrn,
    nullif(utr, '') as utr,
    hashtextextended(nullif(rrn, ''), 0) as rrn_key,
    hashtextextended(nullif(utr, ''), 0) as utr_key,
    hashtextextended(order_id, 0) as order_key,
    hashtextextended(split_part(txn_id, '@', 1), 0) as entity_key
from staging.entry
where known_to is null;

-- An account's movements of one day, for the day's sums and the running balance.
create index entry_day_idx on staging.entry (source, coalesce(booking_date, business_date))
where known_to is null;
