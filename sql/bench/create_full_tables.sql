-- What the full set of passes gives: groups, the seats in them, and a break for each entry left.
create table if not exists full_group (
    group_key bigint not null,
    match_group_id uuid not null,
    pass_name text not null,
    difference_minor bigint not null
);
create table if not exists full_seat (
    entry_id bigint not null,
    group_key bigint not null
);
create table if not exists full_break (
    entry_id bigint not null,
    code text not null,
    amount_minor bigint not null
);
truncate full_group, full_seat, full_break
