-- Every seat the passes of this run gave, with its group.
create temporary table seated (
    match_group_id uuid not null,
    pass_name text not null,
    difference_minor bigint not null,
    currency text not null,
    reason text not null,
    first_date date not null,
    last_date date not null,
    entry_id bigint primary key,
    version integer not null,
    side text not null
) on commit drop
