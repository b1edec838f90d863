-- The beginning of what these sources ever brought; null where they brought nothing.
select min(interval_from) as first
from staging.load
where source = any(:sources)
