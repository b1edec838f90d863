-- The rows that are no first versions: what this chunk superseded, and entries that were
-- retracted and are back. They keep their id. Returns (staged_no, entry_id, version), the
-- version being the last one there was.
select
    known_entry.staged_no,
    known_entry.entry_id,
    known_entry.version
from known_entry
where known_entry.is_newer

union all

select
    staged.staged_no,
    retracted.entry_id,
    retracted.version
from staged_entry as staged
inner join lateral (
    select
        entry.entry_id,
        entry.version
    from staging.entry
    where
        entry.source = :source
        and entry.entry_key = staged.entry_key
        and entry.end_reason = 'retracted'
    order by entry.version desc
    limit 1
) as retracted on true
where
    -- most sources never retract: then nothing is looked up
    exists (
        select
        from staging.entry
        where
            entry.source = :source
            and entry.end_reason = 'retracted'
    )
    and not exists (
        select
        from known_entry
        where known_entry.staged_no = staged.staged_no
    )
