-- The entry of the break :break_id and the members of its suggestions and candidates, a row an
-- entry, with the edge, as `breaks show` numbers them: of that :rank and :kind; null: of each.
-- What was not searched is none.
with

told as (

    select
        break.reconciliation,
        break.entry_id,
        suggestion.kind,
        suggestion.rank,
        suggestion.members
    from recon.break
    inner join recon.suggestion
        on
            break.reconciliation = suggestion.reconciliation
            and break.entry_id = suggestion.entry_id
            and suggestion.known_to is null
            and cardinality(suggestion.members) > 0
    where cast(break.break_id as text) = :break_id

    union all

    select
        break.reconciliation,
        break.entry_id,
        'fits' as kind,
        row_number() over (
            order by entry.business_date asc, entry.source asc, entry.txn_id asc
        ) as rank,
        array[candidate.candidate_entry_id] as members
    from recon.break
    inner join recon.candidate
        on
            break.reconciliation = candidate.reconciliation
            and break.entry_id = candidate.entry_id
            and candidate.known_to is null
    inner join staging.entry
        on candidate.candidate_entry_id = entry.entry_id and entry.known_to is null
    where cast(break.break_id as text) = :break_id

)

select
    told.reconciliation,
    told.kind,
    told.rank,
    entry.source,
    entry.entry_key
from told
inner join staging.entry
    on
        entry.entry_id = any(told.members || told.entry_id)
        and entry.known_to is null
where
    told.rank = coalesce(cast(:rank as integer), told.rank)
    and told.kind = coalesce(cast(:kind as text), told.kind)
order by told.kind, told.rank, entry.source, entry.entry_key
