-- Every account, its number as its last four, with what was open on it at go-live: how many
-- entries, and their signed sums in our ledger (:ledger_sources) and at the bank.
select
    account.account_id,
    account.last4,
    account.bank_code,
    account.currency,
    account.calendar,
    account.opening_date,
    account.opening_ledger_minor,
    account.opening_statement_minor,
    account.closing_date,
    account.state,
    account.first_source,
    items.items as open_items,
    items.ledger_minor as open_ledger_minor,
    items.statement_minor as open_statement_minor
from ops.account
cross join
    lateral (
        select
            count(*) as items,
            cast(
                coalesce(sum(opening_item.amount_minor) filter (
                    where opening_item.source = any(:ledger_sources)
                ), 0) as bigint
            ) as ledger_minor,
            cast(
                coalesce(sum(opening_item.amount_minor) filter (
                    where opening_item.source <> all(:ledger_sources)
                ), 0) as bigint
            ) as statement_minor
        from ops.opening_item
        where opening_item.account_id = account.account_id
    ) as items
order by account.bank_code, account.last4, account.account_id
