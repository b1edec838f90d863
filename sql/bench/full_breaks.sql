-- What no pass of the full set seated: a break, and why. A reference that is seated on the same
-- side and account stands twice.
with

taken as (

    select distinct
        repeated.side,
        repeated.account_id,
        repeated.rrn
    from repeated
    inner join seated on repeated.entry_id = seated.entry_id

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
