-- What the full set of passes gives: groups, the seats in them, and a break for each entry left.
create table full_group (
    group_key bigint not null,
    match_group_id uuid not null,
    pass_name text not null,
    difference_minor bigint not null
);
create table full_seat (
    entry_id bigint not null,
    group_key bigint not null
);
create table full_break (
    entry_id bigint not null,
    code text not null,
    amount_minor bigint not null
)
