-- What loads :load_ids say they did, and what the entries say: one row a load that differs.
with

written as (

    select
        load_id,
        count(*) as entries
    from staging.entry
    where load_id = any(:load_ids)
    group by load_id

),

ended as (

    select
        retired_load_id as load_id,
        count(*) filter (where end_reason = 'superseded') as superseded,
        count(*) filter (where end_reason = 'retracted') as retracted
    from staging.entry
    where retired_load_id = any(:load_ids)
    group by retired_load_id

)

select
    load.load_id,
    load.source,
    concat_ws(
        ', ', load.entries_new + load.entries_changed, load.entries_changed, load.entries_retracted
    ) as stored,
    concat_ws(
        ', ', coalesce(written.entries, 0), coalesce(ended.superseded, 0),
        coalesce(ended.retracted, 0)
    ) as again
from staging.load
left join written on load.load_id = written.load_id
left join ended on load.load_id = ended.load_id
where
    load.load_id = any(:load_ids)
    and (
        load.entries_new + load.entries_changed, load.entries_changed, load.entries_retracted
    ) is distinct from (
        coalesce(written.entries, 0), coalesce(ended.superseded, 0), coalesce(ended.retracted, 0)
    )
order by load.load_id
limit 1
