-- What decides whether a row is new, for one chunk; gone when the transaction ends. The rows
-- themselves are sent when that is decided, and most re-reads bring nothing new.
-- staged_no: the row's place in the chunk. digest (pipeline/merging.py): what a version is
-- compared by: every business column, nothing of how and when the row came.
create temporary table staged_entry (
    staged_no integer not null,
    entry_key text not null,
    txn_id text not null,
    source_updated_at timestamptz,
    fetched_at timestamptz not null,
    delivery_id bigint not null,
    digest uuid not null
) on commit drop
