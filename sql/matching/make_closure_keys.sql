-- The keys of one tier that the closure goes over.
create temporary table closure_key (
    block_key bigint primary key,
    round integer not null
) on commit drop
