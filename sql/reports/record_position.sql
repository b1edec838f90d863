-- What is open on an edge after the run that ticked to :known_at, in sums, so that a past
-- report can be shown again. Called by the run itself, in its transaction.
insert into recon.open_position (
    reconciliation,
    known_from,
    as_of,
    side,
    source,
    currency,
    role,
    state,
    reason,
    entries,
    amount_minor
)
select
    reconciliation,
    cast(:known_at as timestamptz) as known_from,
    cast(:as_of as timestamptz) as as_of,
    side,
    source,
    currency,
    role,
    state,
    reason,
    count(*) as entries,
    sum(amount_minor) as amount_minor
from (
    select
        reconciliation,
        side,
        source,
        currency,
        role,
        amount_minor,
        case when due_at <= :as_of then 'due' else 'open' end as state,
        case when due_at <= :as_of then '' else coalesce(reason, '') end as reason
    from recon.open_entry
    where reconciliation = :reconciliation
) as dated
group by reconciliation, side, source, currency, role, state, reason
union all
-- Nothing open is a position too, or the last one would seem to hold on.
select
    cast(:reconciliation as text) as reconciliation,
    cast(:known_at as timestamptz) as known_from,
    cast(:as_of as timestamptz) as as_of,
    '' as side,
    '' as source,
    '' as currency,
    'none' as role,
    'open' as state,
    '' as reason,
    0 as entries,
    0 as amount_minor
on conflict (reconciliation, known_from, side, source, currency, role, state, reason) do nothing
