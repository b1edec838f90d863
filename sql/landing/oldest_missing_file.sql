-- The first day, not before :since, that is over by :until and of which a promised file has not
-- come; null where all have.
select min(missing.day) as day
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
        promised.by_account, promised.due_time, promised.due_on_business_day, :until
    ) as missing
where
    not missing.is_landed
    and missing.range_to <= :until
    and missing.day >= :since
