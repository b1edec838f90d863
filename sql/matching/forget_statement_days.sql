-- Days whose statement entries changed are read again.
delete from recon.statement_day
using day_change
where
    statement_day.reconciliation = :reconciliation
    and day_change.kind = 'movement'
    and not day_change.is_ledger
    and statement_day.account_no = day_change.account_no
    and statement_day.currency = day_change.currency
    and statement_day.business_date = day_change.day
