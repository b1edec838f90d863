-- Committed loads of :sources that the edge has not admitted yet, and the days they speak of.
select
    load.load_id,
    cast(load.interval_from at time zone 'Asia/Kolkata' as date) as first_day
from staging.load
left join recon.admitted_load
    on
        admitted_load.reconciliation = :reconciliation
        and load.load_id = admitted_load.load_id
where
    load.source = any(:sources)
    and admitted_load.load_id is null
order by load.load_id
