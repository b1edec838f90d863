-- The first suggestion on :reconciliation that is not told as it is made again.
with

told as (

    select
        entry_id,
        kind,
        rank,
        concat_ws(', ', kind, rank, members, score, margin, state, reason) as said
    from recon.suggestion
    where reconciliation = :reconciliation and known_to is null

),

again as (

    select
        entry_id,
        kind,
        rank,
        concat_ws(
            ', ', kind, rank, cast(members as bigint[]), score, margin, state, reason
        ) as said
    from suggested

)

select
    coalesce(told.entry_id, again.entry_id) as entry_id,
    coalesce(told.said, 'none') as stored,
    coalesce(again.said, 'none') as again
from told
full outer join again
    on told.entry_id = again.entry_id and told.kind = again.kind and told.rank = again.rank
where told.said is distinct from again.said
order by 1, 2, 3
limit 1
