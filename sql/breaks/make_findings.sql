-- What is wrong among entries: one row a member of each disagreement, which is anchored on
-- the ledger side's entry, else on the earliest.
create temporary table finding (
    anchor_id bigint not null,
    entry_id bigint not null,
    code text not null,
    amount_minor bigint not null,
    exposure_minor bigint,  -- what is at stake; null: the amount
    explanation text not null
) on commit drop
