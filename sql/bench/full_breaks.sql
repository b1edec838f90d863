-- What no pass of the full set seated: a break, and why. A reference that is seated on the same
-- side and account stands twice.
with

open_again as (

    select
        side,
        account_id,
        rrn
    from open_entry
    where rrn is not null
    group by side, account_id, rrn

),

held as (

    select
        'ledger' as side,
        entry_id,
        reference,
        account_id
    from ledger

    union all

    select
        'bank' as side,
        entry_id,
        reference,
        account_id
    from bank

),

taken as (

    select distinct
        open_again.side,
        open_again.account_id,
        open_again.rrn
    from held
    inner join open_again
        on
            held.reference = open_again.rrn
            and held.account_id = open_again.account_id
            and held.side = open_again.side
    inner join seated on held.entry_id = seated.entry_id

)

select
    open_entry.entry_id,
    case
        when taken.rrn is not null then 'DUP_SAME_SOURCE'
        when open_entry.side = 'ledger' then 'MIS_IN_BANK'
        else 'MIS_IN_LEDGER'
    end as code,
    open_entry.amount_minor
from open_entry
left join taken
    on
        open_entry.rrn = taken.rrn
        and open_entry.side = taken.side
        and open_entry.account_id = taken.account_id
