-- Balances that somebody gives: the ledger's closing ones, and what each statement day ends with.
-- Balances from before go-live are no concern of ours.
create temporary table given_balance on commit drop as
select
    'ledger' as kind,
    balance.account_id as account_no,
    balance.currency,
    balance.business_date,
    balance.amount_minor
from staging.balance
left join ops.account
    on
        balance.account_id = account.account_id
        and balance.currency = account.currency
where
    balance.known_to is null
    and balance.kind = 'ledger_closing'
    and balance.source = any(:ledger_sources)
    and balance.business_date >= coalesce(account.opening_date, '-infinity')
    and :by_account

union all

select
    'statement' as kind,
    account_no,
    currency,
    business_date,
    closing_minor as amount_minor
from recon.statement_day
where reconciliation = :reconciliation
