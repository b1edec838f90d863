-- The first entry of :source whose versions are no chain: numbered from 1, each ended by a load
-- and when the next began or before, one key and one id throughout, at most the last one live.
with

versions as (

    select
        entry.entry_id,
        entry.version,
        entry.entry_key,
        entry.known_from,
        entry.known_to,
        entry.retired_load_id,
        entry.end_reason,
        load.known_at as ended_at,
        row_number() over by_version as place,
        first_value(entry.entry_id) over by_key as first_id,
        first_value(entry.entry_key) over by_version as first_key,
        lag(entry.known_to) over by_version as before_to,
        lead(entry.version) over by_version is null as is_last
    from staging.entry
    left join staging.load on entry.retired_load_id = load.load_id and entry.source = load.source
    where entry.source = :source
    window
        by_version as (partition by entry.entry_id order by entry.version),
        by_key as (partition by entry.entry_key order by entry.entry_id)

)

select
    entry_key as name,
    concat_ws(
        ', ', 'entry ' || entry_id, 'version ' || version, 'from ' || known_from,
        'to ' || known_to, end_reason, 'ended by load ' || retired_load_id
    ) as stored
from versions
where
    version <> place
    or entry_id <> first_id
    or entry_key <> first_key
    or known_from < before_to
    or known_to < known_from
    or known_to is distinct from ended_at
    or (known_to is null) <> (end_reason is null)
    or (known_to is null) <> (retired_load_id is null)
    or (not is_last and known_to is null)
order by entry_id, version
limit 1
