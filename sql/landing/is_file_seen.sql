-- Whether a file with this very name, size and time is landed.
select exists(
    select
    from raw.file_seen
    where
        source = :source
        and name = :name
        and bytes = :bytes
        and modified_at = :modified_at
) as is_seen
