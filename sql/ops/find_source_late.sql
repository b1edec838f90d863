-- Sources with an hour or a promised file that should have landed by now: their live MIS_FILE
-- breaks, each once whatever edges miss it. (Hours have keys that end in Z, files in a day.)
with

late as (

    select
        source,
        count(distinct subject_key) filter (where subject_key like '%Z') as hours,
        min(business_date) filter (where subject_key like '%Z') as first_hour,
        count(distinct subject_key) filter (where subject_key not like '%Z') as files,
        min(business_date) filter (where subject_key not like '%Z') as first_file
    from recon.break
    where
        code = 'MIS_FILE'
        and status <> 'RESOLVED'
    group by source

)

select
    source as subject,
    source || ': ' || concat_ws(
        '; ',
        case when hours > 0 then format(
            '%s interval(s) are not landed and staged in time, the first of %s; see the land and '
            'stage tasks of %s',
            hours, first_hour, source
        ) end,
        case when files > 0 then format(
            '%s file(s) are due and have not come, the first of %s; ask the bank',
            files, first_file
        ) end
    ) as detail
from late
