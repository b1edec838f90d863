-- Of :sources those that were landed once: their schedules counted when the edge was reconciled.
select distinct source
from raw.coverage
where source = any(cast(:sources as text[]))
order by source
