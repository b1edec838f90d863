-- The first thing a load of :source noticed whose seal does not fit what it says now.
with

sealed as (

    select
        'entry ' || unseen_entry.entry_id || ', left out' as name,
        unseen_entry.load_id,
        unseen_entry.seal as stored,
        ops.seal_of(unseen_entry, '{}') as again
    from staging.unseen_entry
    where unseen_entry.source = :source
    union all
    select
        duplicate_statement.part || ', a second time' as name,
        duplicate_statement.load_id,
        duplicate_statement.seal as stored,
        ops.seal_of(duplicate_statement, '{}') as again
    from staging.duplicate_statement
    where duplicate_statement.source = :source

)

select
    name,
    load_id,
    coalesce(encode(stored, 'hex'), 'no seal') as stored,
    encode(again, 'hex') as again
from sealed
where stored is distinct from again
order by load_id, name
limit 1
