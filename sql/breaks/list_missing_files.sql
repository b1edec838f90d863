-- Files that the edge's sources promise by their YAML and that are not staged; late are those
-- that are due and have not come.
create temporary table missing_file on commit drop as
select
    promised.source,
    promised.dataset,
    missing.*
from
    unnest(
        cast(:promised_sources as text[]),
        cast(:promised_datasets as text[]),
        cast(:promised_calendars as text[]),
        cast(:promised_on_business_days as boolean[]),
        cast(:promised_by_account as boolean[]),
        cast(:due_times as time[]),
        cast(:due_on_business_days as boolean[])
    ) as promised (
        source, dataset, calendar, on_business_days, by_account, due_time, due_on_business_day
    )
cross join
    lateral raw.missing_files(
        promised.source, promised.dataset, promised.calendar, promised.on_business_days,
        promised.by_account, promised.due_time, promised.due_on_business_day, :as_of
    ) as missing
