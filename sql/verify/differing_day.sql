-- The first account and day of :reconciliation whose sums are not those of what stands. day_taken
-- is what all of it would take from them; a day of noughts may stand or not.
select
    coalesce(stored.account_no, taken.account_no) as account_no,
    coalesce(stored.business_date, taken.business_date) as business_date,
    coalesce(stored.currency, taken.currency) as currency,
    concat_ws(
        ', ', stored.ledger_minor, stored.external_minor, stored.fees_minor,
        stored.external_entries, stored.waiting_ledger_minor, stored.waiting_external_minor,
        stored.difference_minor
    ) as stored,
    concat_ws(
        ', ', -taken.ledger_minor, -taken.external_minor, -taken.fees_minor,
        -taken.external_entries, -taken.waiting_ledger_minor, -taken.waiting_external_minor,
        -taken.difference_minor
    ) as again
from (
    select *
    from recon.account_day
    where reconciliation = :reconciliation
) as stored
full outer join day_taken as taken
    on
        stored.account_no = taken.account_no
        and stored.currency = taken.currency
        and stored.business_date = taken.business_date
where
    coalesce(stored.ledger_minor, 0) <> -coalesce(taken.ledger_minor, 0)
    or coalesce(stored.external_minor, 0) <> -coalesce(taken.external_minor, 0)
    or coalesce(stored.fees_minor, 0) <> -coalesce(taken.fees_minor, 0)
    or coalesce(stored.external_entries, 0) <> -coalesce(taken.external_entries, 0)
    or coalesce(stored.waiting_ledger_minor, 0) <> -coalesce(taken.waiting_ledger_minor, 0)
    or coalesce(stored.waiting_external_minor, 0) <> -coalesce(taken.waiting_external_minor, 0)
    or coalesce(stored.difference_minor, 0) <> -coalesce(taken.difference_minor, 0)
order by 1, 2, 3
limit 1
