-- Sources with an hour that should have landed by now: their live MIS_FILE breaks.
select
    source as subject,
    format(
        '%s: %s interval(s) are not landed and staged in time, the first of %s; see the land and '
        'stage tasks of %s',
        source,
        count(distinct subject_key),
        min(business_date),
        source
    ) as detail
from recon.break
where
    code = 'MIS_FILE'
    and status <> 'RESOLVED'
group by source
