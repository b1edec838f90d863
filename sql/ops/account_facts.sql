-- What is set of the accounts of these blind indexes.
select
    number_index,
    account_id,
    bank_code,
    currency,
    opening_date,
    opening_ledger_minor,
    opening_statement_minor
from ops.account
where number_index = any(cast(:indexes as bytea[]))
