-- What the pass at hand proposes; an entry is proposed once or the pass is wrong. group_key is
-- the entry_id of one of the group's entries; the row of that entry says the reason.
create temporary table proposed (
    entry_id bigint primary key,
    group_key bigint not null,
    reason text
) on commit drop
