-- Statements that came a second time under another name: nothing of them is taken twice, and
-- who sends them so may do it with other content too.
create table staging.duplicate_statement (
    source text not null,
    dataset text not null,
    part text not null,
    same_part text not null,  -- the statement that was taken
    load_id bigint not null references staging.load,
    account_id integer references ops.account,
    currency text not null,
    business_date date not null,
    known_from timestamptz not null,
    primary key (source, dataset, part, load_id)
);
comment on table staging.duplicate_statement is 'Deliveries whose very bytes were taken under another name; append only.';

create trigger duplicate_statement_append_only
before update or delete or truncate on staging.duplicate_statement
for each statement execute function ops.refuse_change();
