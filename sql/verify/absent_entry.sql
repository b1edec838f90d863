-- The first of these readings (parallel arrays) that staging neither holds nor holds a newer
-- reading of.
select
    reading.entry_key as name,
    reading.delivery_id,
    reading.row_no
from
    unnest(
        cast(:entry_keys as text[]),
        cast(:digests as uuid[]),
        cast(:updated as timestamptz[]),
        cast(:fetched as timestamptz[]),
        cast(:delivery_ids as bigint[]),
        cast(:row_nos as integer[])
    ) as reading (entry_key, digest, source_updated_at, fetched_at, delivery_id, row_no)
where
    not exists (
        select
        from staging.entry
        where
            entry.source = :source
            and entry.entry_key = reading.entry_key
            and (entry.known_to is null or entry.end_reason = 'retracted')
            and (
                entry.digest = reading.digest
                or entry.fetched_at >= reading.fetched_at
                or entry.source_updated_at > reading.source_updated_at
                or exists (
                    select
                    from staging.sighting
                    where
                        sighting.source = :source
                        and sighting.fetched_at > reading.fetched_at
                        and entry.entry_id = any(sighting.entry_ids)
                )
            )
    )
order by reading.delivery_id, reading.row_no
limit 1
