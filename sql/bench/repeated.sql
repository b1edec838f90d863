-- Entries whose reference stands more than once on their side and account.
with

keys as (

    select rrn_key
    from open_entry
    where rrn_key is not null and side = 'ledger'
    group by rrn_key
    having count(*) > 1

    union

    select rrn_key
    from open_entry
    where rrn_key is not null and side <> 'ledger'
    group by rrn_key
    having count(*) > 1

),

alike as (

    select
        open_entry.entry_id,
        open_entry.side,
        open_entry.account_id,
        open_entry.rrn,
        count(*) over (
            partition by open_entry.side, open_entry.account_id, open_entry.rrn
        ) as entries
    from open_entry
    inner join keys on open_entry.rrn_key = keys.rrn_key

)

select
    entry_id,
    side,
    account_id,
    rrn
from alike
where entries > 1
