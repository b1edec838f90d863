-- What we hold already of the rows of one chunk; gone when the transaction ends.
-- is_same: the staged reading says what we know. is_newer: it replaces what we hold.
create temporary table known_entry (
    staged_no integer not null,
    entry_id bigint not null,
    version integer not null,
    is_same boolean not null,
    is_newer boolean not null
) on commit drop
