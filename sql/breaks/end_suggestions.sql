-- Suggestions that are not made again as they were.
update recon.suggestion
set known_to = :known_at
where
    suggestion.reconciliation = :reconciliation
    and suggestion.known_to is null
    and not exists (
        select
        from suggested
        where
            suggested.entry_id = suggestion.entry_id
            and suggested.kind = suggestion.kind
            and suggested.rank = suggestion.rank
            and cast(suggested.members as bigint[]) = suggestion.members
            and suggested.score = suggestion.score
            and suggested.margin = suggestion.margin
            and suggested.state = suggestion.state
            and suggested.reason = suggestion.reason
    )
