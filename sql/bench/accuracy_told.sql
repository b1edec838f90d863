-- What else is said of entries of the world :prefix: that they are ambiguous, with candidates, or
-- suggested, or a part of what is suggested.
with

told as (

    select
        candidate.entry_id,
        'ambiguous' as said
    from recon.candidate
    where candidate.reconciliation = :reconciliation and candidate.known_to is null

    union

    select
        member.entry_id,
        'suggested' as said
    from recon.suggestion
    cross join
        lateral unnest(suggestion.entry_id || suggestion.members) as member (entry_id)
    where suggestion.reconciliation = :reconciliation and suggestion.known_to is null

)

select distinct
    entry.entry_key,
    told.said
from told
inner join staging.entry on told.entry_id = entry.entry_id and entry.known_to is null
where starts_with(entry.entry_key, :prefix)
