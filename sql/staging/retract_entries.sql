-- Close live entries of restated parts that their new delivery no longer holds. Found by all
-- deliveries their parts ever had: entries are physically in the order they were loaded, so
-- that an index by delivery costs nearly nothing, one by part much.
update staging.entry
set
    retired_load_id = :load_id,
    known_to = :known_at,
    end_reason = 'retracted'
where
    source = :source
    and dataset = :dataset
    and part = any(:parts)
    and delivery_id = any(array(
        select delivery.delivery_id
        from raw.delivery
        where
            delivery.source = :source
            and delivery.part = any(:parts)
    ))
    and known_to is null
    and not exists (
        select
        from staged_entry
        where staged_entry.entry_key = entry.entry_key
    )
