-- What is wrong among entries: one row a member of each disagreement, which is anchored on
-- the ledger side's entry, else on the earliest.
create temporary table finding (
    anchor_id bigint not null,
    entry_id bigint not null,
    code text not null,
    amount_minor bigint not null,
    explanation text not null
) on commit drop
