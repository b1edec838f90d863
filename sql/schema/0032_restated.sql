-- Statements that came again with other content, told once and kept: what had been reported of
-- them no longer holds.
create table staging.restatement (
    source text not null,
    dataset text not null,
    part text not null,
    load_id bigint not null references staging.load,
    account_id integer references ops.account,
    currency text not null,
    business_date date not null,  -- the first day whose entries are others now
    entries_added integer not null,
    entries_changed integer not null,
    entries_retracted integer not null,
    moved_minor bigint not null,  -- what successful entries amount to now, less what they did
    known_from timestamptz not null,
    unique nulls not distinct (source, dataset, part, load_id, account_id, currency)
);
comment on table staging.restatement is 'What a later delivery of a statement changed, by part and load; append only.';

create trigger restatement_append_only
before update or delete or truncate on staging.restatement
for each statement execute function ops.refuse_change();
