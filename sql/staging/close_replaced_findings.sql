-- A part that was read whole replaces what was found in earlier deliveries of it: a refused
-- delivery always, single rows where parts are restated (:restated_parts) and the new
-- delivery does not hold them again.
update staging.quarantine
set known_to = :known_at
from raw.delivery as read_in
where
    quarantine.source = :source
    and quarantine.known_to is null
    and read_in.delivery_id = quarantine.delivery_id
    and exists (
        select
        from raw.delivery as loaded
        where
            loaded.delivery_id = any(:delivery_ids)
            and loaded.part = quarantine.part
            and loaded.fetched_at >= read_in.fetched_at
    )
    and (quarantine.row_no is null or quarantine.part = any(cast(:restated_parts as text[])))
    and not exists (
        select
        from staged_quarantine as staged
        where
            staged.dataset = quarantine.dataset
            and staged.code = quarantine.code
            and staged.row_key = quarantine.row_key
    )
