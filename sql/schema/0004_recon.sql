-- Results: what agrees, what is open, what must be explained, and the proof.
create schema recon;

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
    primary key (reconciliation, block_key, entry_id)
);
create index entry_block_entry_idx on recon.entry_block (reconciliation, entry_id);

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
    due_at timestamptz,  -- when it stops being an open item and becomes a break; null: never
    role text not null,  -- money (counts in the rate), information (failed, superseded attempt)
    reason text,  -- TIM_CUTOFF, TIM_IN_TRANSIT …
    primary key (reconciliation, entry_id)
);

create table recon.match_group (
    match_group_id uuid not null,  -- md5 of reconciliation and its entries' keys
    reconciliation text not null,
    pass_name text not null,
    rule_version integer not null,
    difference_minor bigint not null,  -- external − ledger
    currency text not null,
    reason text not null,  -- what a person reads
    as_of timestamptz not null,
    known_from timestamptz not null,
    known_to timestamptz,
    primary key (match_group_id, known_from)
);
create unique index match_group_live_key on recon.match_group (match_group_id) where known_to is null;

create table recon.match_item (  -- live seats
    reconciliation text not null,
    entry_id bigint not null,
    version integer not null,
    side text not null,
    match_group_id uuid not null,
    primary key (reconciliation, entry_id)  -- one live group per entry and edge: the database says so
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

create table recon.proof (  -- one account and business day, as of one moment
    reconciliation text not null,
    account_id integer not null,
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
    primary key (reconciliation, account_id, business_date, currency, known_from)
);

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
