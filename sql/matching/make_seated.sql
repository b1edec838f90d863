-- Every seat the passes of this run gave, with its group's key.
create temporary table seated (
    entry_id bigint primary key,
    version integer not null,
    side text not null,
    group_key bigint not null
) on commit drop
