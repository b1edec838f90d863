-- Entries that were open when we began, as they were given: what the list shows, and on which
-- edges each was open. The entry itself is in staging.entry like any other.
create table ops.opening_item (
    source text not null,
    entry_key text not null,
    dataset text not null,
    account_id integer references ops.account,
    currency text not null,
    amount_minor bigint not null,
    open_on text[],  -- reconciliations; null: every one its source takes part in
    primary key (source, entry_key)
);
comment on table ops.opening_item is 'What was open at go-live, given with the opening balances; not whether it still is.';

-- unreadable: a rest is left, and a ledger row that may be it is in quarantine without an
-- amount that can be read. The rest stands in unexplained_minor, the row's name in causes.
alter table recon.proof drop constraint proof_state_check;
alter table recon.proof add constraint proof_state_check check (
    state in ('proven', 'explained', 'unexplained', 'unreadable', 'consistent_only', 'not_due')
);
