-- Matched entries of each edge in sums, by side.
select
    reconciliation,
    side,
    currency,
    cast(sum(entries) as bigint) as entries,
    cast(sum(amount_minor) as bigint) as amount_minor
from report.matched
where reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
group by reconciliation, side, currency
