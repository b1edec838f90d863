-- A new load of :source. Its knowledge time is the interval's end, or a microsecond after
-- the last one, or after what anybody was told of, where that is not later: nothing known is
-- ever back-dated.
insert into staging.load (source, interval_from, interval_to, known_at, parser_version)
select
    :source as source,
    :interval_from as interval_from,
    :interval_to as interval_to,
    greatest(
        :interval_to, max(known_at) + interval '1 microsecond', recon.next_moment()
    ) as known_at,
    :parser_version as parser_version
from staging.load
where source = :source
returning
    load_id,
    known_at
