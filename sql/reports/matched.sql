-- Matched entries of each edge in sums, by side; no money moves with failed and pending ones.
select
    reconciliation,
    side,
    currency,
    cast(sum(entries) as bigint) as entries,
    cast(sum(amount_minor) as bigint) as amount_minor
from report.matched
where
    reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
    and role = 'money'
group by reconciliation, side, currency
