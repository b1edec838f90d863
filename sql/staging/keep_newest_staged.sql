-- Of one key read more than once in this load, only the newest reading stays: newest by the
-- source's own time, else by when it was fetched.
with

twice as (

    select entry_key
    from staged_entry
    group by entry_key
    having count(*) > 1

),

ranked as (

    select
        staged_entry.ctid as place,
        row_number() over (
            partition by staged_entry.entry_key
            order by
                staged_entry.source_updated_at desc nulls last,
                staged_entry.fetched_at desc,
                staged_entry.digest desc,
                staged_entry.ctid desc
        ) as newness
    from staged_entry
    inner join twice on staged_entry.entry_key = twice.entry_key

)

delete from staged_entry
using ranked
where
    staged_entry.ctid = ranked.place
    and ranked.newness > 1
