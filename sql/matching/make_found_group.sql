-- Every group the passes of this run found. group_key is the entry_id of one of its entries.
create temporary table found_group (
    group_key bigint primary key,
    match_group_id uuid not null,
    pass_name text not null,
    difference_minor bigint not null,
    currency text not null,
    reason text not null,
    first_date date not null,
    last_date date not null
) on commit drop
