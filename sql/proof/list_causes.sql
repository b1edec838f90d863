-- Known causes of a difference between statement and proof, as running totals: where the
-- statement itself does not continue, what the ledger holds but we refused to read, and
-- what the two sides already differed by at go-live beyond what was open then.
create temporary table cause on commit drop as
with

known as (

    select
        account_no,
        currency,
        business_date,
        cause,
        amount_minor
    from gap

    union all

    select
        refused_row.account_id as account_no,
        coalesce(account.currency, 'INR') as currency,
        refused_row.business_date,
        'DQ_QUARANTINED' as cause,
        -refused_row.amount_minor as amount_minor
    from refused_row
    inner join ops.account on refused_row.account_id = account.account_id
    where
        refused_row.source = any(:ledger_sources)
        and refused_row.amount_minor is not null

)

select
    position.account_no,
    position.currency,
    position.business_date,
    known.cause,
    sum(known.amount_minor) as amount_minor
from position
inner join known
    on
        position.account_no = known.account_no
        and position.currency = known.currency
        and position.business_date >= known.business_date
where position.is_wanted and :by_account
group by position.account_no, position.currency, position.business_date, known.cause
having sum(known.amount_minor) <> 0

union all

select
    ledger.account_no,
    ledger.currency,
    ledger.business_date,
    'OPENING' as cause,
    statement.opening_minor - ledger.opening_minor + position.open_at_start_minor
        as amount_minor
from balance_day as ledger
inner join balance_day as statement
    on
        ledger.account_no = statement.account_no
        and ledger.currency = statement.currency
        and ledger.business_date = statement.business_date
inner join position
    on
        ledger.account_no = position.account_no
        and ledger.currency = position.currency
        and ledger.business_date = position.business_date
where
    ledger.kind = 'ledger'
    and statement.kind = 'statement'
    and statement.opening_minor - ledger.opening_minor + position.open_at_start_minor <> 0
