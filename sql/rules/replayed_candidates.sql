-- What each break's entry could belong to in the sandbox, as `export candidates` names it.
with

told as (

    select
        candidate.reconciliation,
        candidate.entry_id,
        candidate.candidate_entry_id as member_id
    from recon.candidate
    where candidate.known_to is null

    union all

    select
        suggestion.reconciliation,
        suggestion.entry_id,
        member.member_id
    from recon.suggestion
    left join lateral unnest(suggestion.members) as member (member_id) on true
    where suggestion.known_to is null

)

select
    cast(break.break_id as text) as break_id,
    told.reconciliation,
    coalesce(entry.source, '') as source,
    coalesce(entry.txn_id, '') as txn_id
from told
inner join recon.break
    on
        told.reconciliation = break.reconciliation
        and told.entry_id = break.entry_id
        and break.subject_kind = 'entry'
left join staging.entry on told.member_id = entry.entry_id and entry.known_to is null
order by break.break_id asc, entry.source asc, entry.txn_id asc
