-- Suggestions that are new.
insert into recon.suggestion (
    reconciliation, entry_id, kind, rank, members, score, margin, state, reason, known_from
)
select
    :reconciliation as reconciliation,
    suggested.entry_id,
    suggested.kind,
    suggested.rank,
    cast(suggested.members as bigint[]) as members,
    suggested.score,
    suggested.margin,
    suggested.state,
    suggested.reason,
    :known_at as known_from
from suggested
left join recon.suggestion
    on
        suggestion.reconciliation = :reconciliation
        and suggested.entry_id = suggestion.entry_id
        and suggested.kind = suggestion.kind
        and suggested.rank = suggestion.rank
        and suggestion.known_to is null
where suggestion.entry_id is null
