-- Entries that people took apart, as the passes of this run can meet them.
create temporary table parted_entry (
    decision_id bigint not null,
    entry_id bigint not null,
    primary key (entry_id, decision_id)
) on commit drop
