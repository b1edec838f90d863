-- Each end that no entry starts from, with the next start that no entry ended at.
insert into recon.statement_gap (
    reconciliation, account_no, currency, business_date, gap_no, amount_minor,
    before_at, after_at, is_between_files
)
select
    :reconciliation as reconciliation,
    before.account_no,
    before.currency,
    before.business_date,
    before.place as gap_no,
    after.balance_minor - before.balance_minor as amount_minor,
    before.moment as before_at,
    after.moment as after_at,
    :is_by_file and before.part <> after.part as is_between_files
from chain_end as before
inner join chain_end as after
    on
        before.account_no = after.account_no
        and before.currency = after.currency
        and before.business_date = after.business_date
        and before.place + 1 = after.place
where not before.is_start and after.is_start
