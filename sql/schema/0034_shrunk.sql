-- Live entries that the newest whole reading of their time no longer held, until one holds them
-- again. They stay live: an interface that leaves a row out has not said that it was wrong.
create table staging.unseen_entry (
    entry_id bigint not null,
    version integer not null,
    source text not null,
    dataset text not null,
    business_date date not null,
    load_id bigint not null references staging.load,
    known_from timestamptz not null,
    known_to timestamptz,
    primary key (entry_id, known_from)
);
create unique index unseen_entry_live_key on staging.unseen_entry (entry_id)
where known_to is null;
create index unseen_entry_live_source_idx on staging.unseen_entry (source) where known_to is null;
comment on table staging.unseen_entry is 'Entries that their source sent once and left out of a later reading; never deleted.';

create trigger unseen_entry_never_deleted
before delete or truncate on staging.unseen_entry
for each statement execute function ops.refuse_change();
