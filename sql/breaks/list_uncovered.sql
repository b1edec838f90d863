-- Ranges between a source's first landed hour (the edge's, where it never landed any) and
-- :as_of that are not landed, and up to when a range is late by the source's own schedule.
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

landed as (

    select
        sources.source,
        sources.late_after,
        coalesce(min(coverage.interval_from), min(min(coverage.interval_from)) over ())
            as go_live,
        coalesce(
            range_agg(tstzrange(coverage.interval_from, coverage.interval_to))
            filter (where coverage.source is not null),
            cast('{}' as tstzmultirange)
        ) as landed
    from sources
    left join raw.coverage on sources.source = coverage.source
    group by sources.source, sources.late_after

)

select
    landed.source,
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
