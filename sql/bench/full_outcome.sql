-- What the full set of passes made of both sides: a row a seat, and a row a break.
with

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
        held.side,
        held.reference,
        held.account_id
    from held
    inner join seated on held.entry_id = seated.entry_id
    inner join open_entry
        on held.reference = open_entry.rrn and held.side = open_entry.side

)

select
    entry_id,
    match_group_id,
    pass_name as outcome,
    difference_minor
from seated

union all

select
    open_entry.entry_id,
    null as match_group_id,
    case
        when taken.reference is not null then 'DUP_SAME_SOURCE'
        when open_entry.side = 'ledger' then 'MIS_IN_BANK'
        else 'MIS_IN_LEDGER'
    end as outcome,
    open_entry.amount_minor as difference_minor
from open_entry
left join taken
    on
        open_entry.rrn = taken.reference
        and open_entry.side = taken.side
        and open_entry.account_id = taken.account_id
