-- What is open after this run, in sums, for reports of a past moment.
insert into recon.open_position (
    reconciliation, known_from, as_of, side, source, currency, role, state, reason,
    entries, amount_minor
)
select
    :reconciliation as reconciliation,
    :known_at as known_from,
    :as_of as as_of,
    coalesce(open_entry.side, '') as side,
    coalesce(open_entry.source, '') as source,
    coalesce(open_entry.currency, '') as currency,
    coalesce(open_entry.role, '') as role,
    case when open_entry.due_at <= :as_of then 'due' else 'open' end as state,
    case when open_entry.due_at <= :as_of then '' else coalesce(open_entry.reason, '') end
        as reason,
    count(open_entry.entry_id) as entries,
    coalesce(sum(open_entry.amount_minor), 0) as amount_minor
from (values (1)) as always (one)  -- an edge with nothing open leaves a row that says so
left join recon.open_entry on open_entry.reconciliation = :reconciliation
group by
    open_entry.side,
    open_entry.source,
    open_entry.currency,
    open_entry.role,
    case when open_entry.due_at <= :as_of then 'due' else 'open' end,
    case when open_entry.due_at <= :as_of then '' else coalesce(open_entry.reason, '') end
