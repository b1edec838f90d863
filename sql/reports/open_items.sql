-- Open entries of each edge in sums, by side, state and reason.
select
    reconciliation,
    side,
    currency,
    role,
    state,
    reason,
    cast(sum(entries) as bigint) as entries,
    cast(sum(amount_minor) as bigint) as amount_minor
from report.open_items
where reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
group by reconciliation, side, currency, role, state, reason
