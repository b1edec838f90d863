-- The gaps of days that are read again.
delete from recon.statement_gap
where
    reconciliation = :reconciliation
    and not exists (
        select
        from recon.statement_day
        where
            statement_day.reconciliation = statement_gap.reconciliation
            and statement_day.account_no = statement_gap.account_no
            and statement_day.currency = statement_gap.currency
            and statement_day.business_date = statement_gap.business_date
    )
