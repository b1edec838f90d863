-- The three-pass workload: exact reference, tolerance or date window, settlement grouping; what
-- is left is a break. One row for each pair, each line of a settlement, and each break.
with

twice as (

    -- Only references that occur twice are ranked.
    select reference_key
    from bank
    where reference_key is not null
    group by reference_key
    having count(*) > 1

),

repeated as (

    select
        bank.entry_id,
        row_number() over (
            partition by bank.reference, bank.account_id
            order by bank.moment
        ) as place
    from bank
    inner join twice on bank.reference_key = twice.reference_key

),

later as (

    select entry_id
    from repeated
    where place > 1

),

external as (

    select
        bank.entry_id,
        bank.account_id,
        bank.amount_minor,
        bank.day,
        bank.reference,
        bank.reference_key
    from bank
    left join later on bank.entry_id = later.entry_id
    where bank.settlement is null and later.entry_id is null

),

single as (

    select
        entry_id,
        account_id,
        amount_minor,
        day,
        reference,
        reference_key
    from ledger
    where settlement is null

),

joined as (

    select
        single.entry_id as ledger_id,
        external.entry_id as bank_id,
        external.amount_minor - single.amount_minor as difference_minor,
        external.day - single.day as days
    from single
    full outer join external
        on
            single.reference_key = external.reference_key
            and single.reference = external.reference  -- the real column, not its hash
            and single.account_id = external.account_id

),

settled as (

    select
        settlement,
        account_id,
        sum(amount_minor) as amount_minor,
        min(day) as day
    from ledger
    where settlement is not null
    group by settlement, account_id

),

credited as (

    select
        settled.settlement,
        bank.entry_id as bank_id
    from settled
    inner join bank
        on
            settled.settlement = bank.settlement
            and settled.account_id = bank.account_id
            and settled.amount_minor = bank.amount_minor
            and bank.day - settled.day between 0 and 1

)

select
    ledger_id,
    bank_id,
    case
        when ledger_id is null then 'MIS_IN_LEDGER'
        when bank_id is null then 'MIS_IN_BANK'
        when difference_minor = 0 and days = 0 then 'exact'
        when abs(difference_minor) <= 100 and abs(days) <= 3 then 'tolerance'
        when difference_minor = 0 then 'DATE'
        when difference_minor < 0 then 'AMT_SHORT'
        else 'AMT_OVER'
    end as outcome,
    difference_minor
from joined

union all

select
    ledger.entry_id as ledger_id,
    credited.bank_id,
    case when credited.bank_id is null then 'MIS_IN_BANK' else 'settlement' end as outcome,
    0 as difference_minor
from ledger
left join credited on ledger.settlement = credited.settlement
where ledger.settlement is not null

union all

select
    null as ledger_id,
    bank.entry_id as bank_id,
    'MIS_IN_LEDGER' as outcome,
    bank.amount_minor as difference_minor
from bank
left join credited on bank.entry_id = credited.bank_id
where bank.settlement is not null and credited.bank_id is null

union all

select
    null as ledger_id,
    entry_id as bank_id,
    'DUP_SAME_SOURCE' as outcome,
    null as difference_minor
from later
