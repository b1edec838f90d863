-- The loads of :source in the order they were made, with how many entries each says it wrote.
select
    load_id,
    source,
    parser_version,
    known_at
from staging.load
where source = :source and interval_from < :until and interval_to > :since
order by load_id
