-- Ranges between a source's first landed hour (the edge's, where it never landed any) and
-- :as_of that are not landed and staged, and up to when a range is late by the source's own
-- schedule. What one landing brought counts once all of it is staged; another landing of the
-- same hours that is staged covers them meanwhile. And what a promised file would tell that is
-- not staged (missing_file), of its account alone.
create temporary table uncovered on commit drop as
with

sources as (

    select
        source,
        late_after
    from unnest(cast(:waited_sources as text[]), cast(:late_after as interval[])) as given (
        source, late_after
    )

),

landings as (

    select
        source,
        interval_from,
        interval_to,
        not exists (
            select
            from staging.waiting_delivery as waiting
            where
                waiting.source = coverage.source
                and waiting.interval_to = coverage.interval_to
                and waiting.interval_from >= coverage.interval_from
        ) as is_staged
    from raw.coverage
    where source = any(cast(:waited_sources as text[]))

),

landed as (

    select
        sources.source,
        sources.late_after,
        coalesce(min(landings.interval_from), min(min(landings.interval_from)) over ())
            as go_live,
        coalesce(
            range_agg(tstzrange(landings.interval_from, landings.interval_to))
            filter (where landings.is_staged),
            cast('{}' as tstzmultirange)
        ) as landed
    from sources
    left join landings on sources.source = landings.source
    group by sources.source, sources.late_after

)

select
    landed.source,
    cast(null as integer) as account_id,
    false as is_file,
    lower(missing.part) as range_from,
    upper(missing.part) as range_to,
    date_trunc(
        'hour', (cast(:as_of as timestamptz) - landed.late_after) at time zone 'Asia/Kolkata'
    ) at time zone 'Asia/Kolkata' as late_until
from landed
cross join
    lateral unnest(
        tstzmultirange(tstzrange(
            least(landed.go_live, cast(:as_of as timestamptz)), cast(:as_of as timestamptz)
        )) - landed.landed
    ) as missing (part)
where landed.go_live is not null

union all

select
    source,
    account_id,
    true as is_file,
    range_from,
    range_to,
    cast(null as timestamptz) as late_until  -- has breaks of its own
from missing_file
