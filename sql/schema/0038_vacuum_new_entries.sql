-- What a load holds is found by block, and a block is known once a vacuum has seen it. By default
-- that is when a fifth of the table is new: beside ten million rows an hour would read two million.
alter table staging.entry set (
    autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000
);
