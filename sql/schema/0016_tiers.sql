-- Passes come in tiers: a weaker tier looks only at what the stronger ones left open, so its
-- keys are those of open entries alone, and an hour never reads history under them.
alter table recon.entry_block add column tier smallint not null default 1;

-- The reference a source gives in a field of its own, as A-Z and 0-9, noughts alone being none:
-- where it is cut short it has no longer the shape of an RRN or UTR.
create or replace view recon.live_entry as
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
    hashtextextended(split_part(txn_id, '@', 1), 0) as entity_key,
    nullif(regexp_replace(upper(reference_number), '^[^A-Z1-9]+$|[^A-Z0-9]', '', 'g'), '') as reference_text
from staging.entry
where known_to is null;

-- What a named tolerance let pass, a line a group: above the pass's own threshold somebody has
-- to approve it.
alter table recon.adjustment
add column pass_name text not null default '',
add column needs_approval boolean not null default false;
create unique index adjustment_live_key on recon.adjustment (match_group_id)
where known_to is null;

-- What an entry that stands alone may belong to; never counted as matched. members: entries of
-- the other side, as a set; none where more could be parts of it than are searched.
create table recon.suggestion (
    reconciliation text not null,
    entry_id bigint not null,
    kind text not null check (kind in ('sum', 'text')),
    rank smallint not null,
    members bigint[] not null,
    score smallint not null,  -- of 100: how alike the texts are
    margin smallint not null,  -- above the next best
    state text not null check (state in ('only', 'several', 'unsearched')),
    reason text not null,
    known_from timestamptz not null,
    known_to timestamptz,
    primary key (entry_id, reconciliation, kind, rank, known_from)
);
create index suggestion_live_idx on recon.suggestion (reconciliation) where known_to is null;

-- What a break's entry could belong to: the candidates of an ambiguous set, all of which fit,
-- and suggestions, which nothing is matched by. One row a candidate or member.
create view report.break_candidates as
with

told as (

    select
        candidate.reconciliation,
        candidate.entry_id,
        'fits' as kind,
        cast(1 as smallint) as rank,
        candidate.candidate_entry_id as member_id,
        cast(null as smallint) as score,
        cast(null as smallint) as margin,
        'several' as state,
        candidate.reason
    from recon.candidate
    where
        candidate.known_from <= report.as_of()
        and (candidate.known_to is null or candidate.known_to > report.as_of())

    union all

    select
        suggestion.reconciliation,
        suggestion.entry_id,
        suggestion.kind,
        suggestion.rank,
        member.member_id,
        suggestion.score,
        suggestion.margin,
        suggestion.state,
        suggestion.reason
    from recon.suggestion
    left join lateral unnest(suggestion.members) as member (member_id) on true
    where
        suggestion.known_from <= report.as_of()
        and (suggestion.known_to is null or suggestion.known_to > report.as_of())

)

select
    break.break_id,
    told.reconciliation,
    told.kind,
    told.rank,
    entry.source,
    entry.txn_id,
    report.amount(entry.amount_minor, entry.currency) as amount,
    entry.currency,
    entry.business_date,
    told.score,
    told.margin,
    told.state,
    told.reason
from told
inner join recon.break
    on
        told.reconciliation = break.reconciliation
        and told.entry_id = break.entry_id
        and break.subject_kind = 'entry'
left join staging.entry
    on
        told.member_id = entry.entry_id
        and entry.known_from <= report.as_of()
        and (entry.known_to is null or entry.known_to > report.as_of());
comment on view report.break_candidates is 'What could a break''s entry belong to? Nothing of it is matched.';

create view report.adjustments as
select
    reconciliation,
    match_group_id,
    pass_name,
    cause,
    report.amount(amount_minor, currency) as amount,
    currency,
    needs_approval,
    known_from,
    known_to
from recon.adjustment
where
    known_from <= report.as_of()
    and (known_to is null or known_to > report.as_of());
comment on view report.adjustments is 'Which differences were let pass under a name, and who has to approve?';
