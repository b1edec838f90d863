-- Of which open breaks' suggestions and candidates the entry of the break :break_id is a part, as
-- they stood at report.as_of, the best first: the break, what it stands on, and all the entries
-- that it suggests (members, 'source:txn_id'), and those of them that two people wrote off.
with

told as (

    select
        candidate.reconciliation,
        candidate.entry_id,
        'fits' as kind,
        cast(null as smallint) as rank,  -- its number is told with the break it fits
        array[candidate.candidate_entry_id] as members,
        cast(null as smallint) as score,
        cast(null as smallint) as margin,
        'several' as state,
        candidate.reason,
        candidate.known_from,
        candidate.known_to
    from recon.candidate

    union all

    select
        suggestion.reconciliation,
        suggestion.entry_id,
        suggestion.kind,
        suggestion.rank,
        suggestion.members,
        suggestion.score,
        suggestion.margin,
        suggestion.state,
        suggestion.reason,
        suggestion.known_from,
        suggestion.known_to
    from recon.suggestion

)

select
    cast(holder.break_id as text) as break_id,
    told.kind,
    told.rank,
    holder.source,
    holder.txn_id,
    holder.amount,
    holder.currency,
    holder.business_date,
    told.score,
    told.margin,
    told.state,
    told.reason,
    member.names as members,
    coalesce(member.written_off, '{}') as written_off
from recon.break as part
inner join told
    on
        part.reconciliation = told.reconciliation
        and part.entry_id = any(told.members)
        and part.entry_id <> told.entry_id
inner join recon.break as standing
    on
        told.reconciliation = standing.reconciliation
        and told.entry_id = standing.entry_id
        and standing.subject_kind = 'entry'
inner join report.breaks as holder
    on standing.break_id = holder.break_id and holder.status <> 'RESOLVED'
cross join
    lateral (
        select
            array_agg(entry.source || ':' || entry.txn_id order by entry.source, entry.txn_id)
                as names,
            array_agg(entry.source || ':' || entry.txn_id order by entry.source, entry.txn_id)
            filter (where written_off.entry_id is not null) as written_off
        from staging.entry
        left join report.written_off
            on
                entry.entry_id = written_off.entry_id
                and part.reconciliation = written_off.reconciliation
        where
            entry.entry_id = any(told.members)
            and entry.known_from <= report.as_of()
            and (entry.known_to is null or entry.known_to > report.as_of())
    ) as member
where
    part.break_id = cast(:break_id as uuid)
    and part.subject_kind = 'entry'
    and told.known_from <= report.as_of()
    and (told.known_to is null or told.known_to > report.as_of())
order by told.kind asc, told.rank asc, told.score desc nulls last, holder.break_id asc
