-- The rows that are no first versions: what this load superseded, and entries that were
-- retracted and are back. They keep their id. Returns (staged_no, entry_id, version), the
-- version being the last one there was.
with

earlier as (

    select
        entry_key,
        entry_id,
        version
    from staging.entry
    where
        retired_load_id = :load_id
        and end_reason = 'superseded'

    union all

    select
        entry.entry_key,
        entry.entry_id,
        entry.version
    from staging.entry
    inner join staged_entry on entry.entry_key = staged_entry.entry_key
    where
        entry.source = :source
        and entry.end_reason = 'retracted'

),

latest as (

    select
        entry_key,
        entry_id,
        max(version) as version
    from earlier
    group by entry_key, entry_id

)

select
    staged.staged_no,
    latest.entry_id,
    latest.version
from staged_entry as staged
inner join latest on staged.entry_key = latest.entry_key
