-- Entries that one chain of shared keys joins to a dirty one, in any tier.
create temporary table closure_entry (
    entry_id bigint primary key,
    side text not null,
    round integer not null
) on commit drop
