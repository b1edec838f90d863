-- The breaks that should stand after this run.
create temporary table wanted_break (
    subject_kind text not null,
    subject_key text not null,
    entry_id bigint,
    source text not null,
    account_id integer,
    code text not null,
    amount_minor bigint not null,
    exposure_minor bigint check (exposure_minor <> amount_minor),  -- null: the amount
    currency text not null,
    business_date date not null,
    explanation text not null
) on commit drop
