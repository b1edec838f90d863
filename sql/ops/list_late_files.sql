-- What is said of the promised files of :source that are due and have not come, the oldest
-- first; each once, whatever edges miss it. (Hours have keys that end in Z, files in a day.)
select distinct
    business_date,
    subject_key,
    explanation
from recon.break
where
    source = :source
    and code = 'MIS_FILE'
    and subject_key not like '%Z'
    and status <> 'RESOLVED'
order by business_date, subject_key
