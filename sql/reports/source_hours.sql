-- How the hours inside [:interval_from, :interval_to) went for each of :sources, as the last
-- attempts of their two steps left it. Counts are those of a stage that ended well, else null.
select
    subject as source,
    interval_from,
    interval_to,
    max(state) filter (where step = 'land') as land_state,
    max(error) filter (where step = 'land') as land_error,
    max(state) filter (where step = 'stage') as stage_state,
    max(error) filter (where step = 'stage') as stage_error,
    -- One row a step: there is nothing to choose from.
    (array_agg(counts) filter (where step = 'stage' and state = 'done'))[1] as counts
from recon.run
where
    step in ('land', 'stage')
    and subject = any(:sources)
    and interval_from >= :interval_from
    and interval_to <= :interval_to
    and interval_to - interval_from = interval '1 hour'
group by subject, interval_from, interval_to
order by subject, interval_from
