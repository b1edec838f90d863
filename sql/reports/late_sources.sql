-- Sources of which an hour or a promised file was late at report.as_of.
select distinct source
from report.open_breaks
where code = 'MIS_FILE'
order by source
