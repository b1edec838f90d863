-- What the pass at hand proposes; an entry is proposed once or the pass is wrong.
create temporary table proposed (
    entry_id bigint primary key,
    group_key bigint not null,
    reason text not null
) on commit drop
