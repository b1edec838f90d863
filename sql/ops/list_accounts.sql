-- Every account, its number as its last four.
select
    account_id,
    last4,
    bank_code,
    currency,
    calendar,
    opening_date,
    opening_ledger_minor,
    opening_statement_minor,
    state,
    first_source
from ops.account
order by bank_code, last4, account_id
