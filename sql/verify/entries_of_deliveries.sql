-- The versions that load :load_id wrote from :delivery_ids. is_reread: a later load read the
-- delivery again and made another version of it, so today's reading says nothing of this one.
select
    entry.*,
    exists(
        select
        from staging.entry as later
        where
            later.entry_id = entry.entry_id
            and later.version > entry.version
            and later.delivery_id = entry.delivery_id
            and later.load_id > entry.load_id
    ) as is_reread
from staging.entry
where
    entry.load_id = :load_id
    and entry.delivery_id = any(:delivery_ids)
order by entry.delivery_id, entry.row_no
