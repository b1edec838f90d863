-- Configure one account: its opening balances at the end of :opening_date, in minor units.
-- What is null stays as it was.
insert into ops.account as account (
    number_index,
    number_cipher,
    last4,
    bank_code,
    currency,
    calendar,
    opening_date,
    opening_ledger_minor,
    opening_statement_minor,
    closing_date,
    state,
    first_source
)
values (
    :number_index,
    :number_cipher,
    :last4,
    :bank_code,
    :currency,
    coalesce(:calendar, 'india_bank'),
    :opening_date,
    :opening_ledger_minor,
    :opening_statement_minor,
    :closing_date,
    'configured',
    'operator'
)
on conflict (number_index) do update
    set
        bank_code = coalesce(excluded.bank_code, account.bank_code),
        currency = coalesce(excluded.currency, account.currency),
        calendar = coalesce(:calendar, account.calendar),
        opening_date = coalesce(excluded.opening_date, account.opening_date),
        opening_ledger_minor = coalesce(
            excluded.opening_ledger_minor, account.opening_ledger_minor
        ),
        opening_statement_minor = coalesce(
            excluded.opening_statement_minor, account.opening_statement_minor
        ),
        closing_date = coalesce(excluded.closing_date, account.closing_date),
        state = 'configured'
returning account_id
