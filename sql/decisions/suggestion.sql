-- The entry of the break :break_id and the members of its suggestions, a row an entry, with the
-- edge: of that :rank and :kind; null: of each. What was not searched is none.
select
    suggestion.reconciliation,
    suggestion.kind,
    suggestion.rank,
    suggestion.state,
    entry.source,
    entry.entry_key
from recon.break
inner join recon.suggestion
    on
        break.reconciliation = suggestion.reconciliation
        and break.entry_id = suggestion.entry_id
        and suggestion.known_to is null
        and suggestion.rank = coalesce(cast(:rank as smallint), suggestion.rank)
        and cardinality(suggestion.members) > 0
inner join staging.entry
    on
        entry.entry_id = any(suggestion.members || break.entry_id)
        and entry.known_to is null
where
    cast(break.break_id as text) = :break_id
    and suggestion.kind = coalesce(cast(:kind as text), suggestion.kind)
order by suggestion.kind, suggestion.rank, entry.source, entry.entry_key
