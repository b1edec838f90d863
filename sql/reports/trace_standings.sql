-- How these entries stood on :reconciliations at report.as_of: their seat in a match group, or
-- that they were open on it. Where the edge kept no open entries yet, those on it by today's keys.
with

asked as (

    select
        given.entry_id,
        edge.reconciliation
    from unnest(cast(:entry_ids as bigint[])) as given (entry_id)
    cross join unnest(cast(:reconciliations as text[])) as edge (reconciliation)

)

select
    asked.entry_id,
    asked.reconciliation,
    cast(seat.match_group_id as text) as match_group_id,
    seat.pass_name,
    seat.rule_version,
    seat.difference_minor,
    seat.currency,
    seat.reason as match_reason,
    open_entry.due_at,
    open_entry.reason as open_reason
from asked
left join lateral (
    select match_group.*
    from recon.match_item_history as item
    inner join recon.match_group
        on
            item.match_group_id = match_group.match_group_id
            and item.known_from = match_group.known_from
    where
        item.reconciliation = asked.reconciliation
        and item.entry_id = asked.entry_id
        and match_group.known_from <= report.as_of()
        and (match_group.known_to is null or match_group.known_to > report.as_of())
    order by match_group.known_from desc
    limit 1
) as seat on true
left join recon.open_entry_history as open_entry
    on
        asked.entry_id = open_entry.entry_id
        and asked.reconciliation = open_entry.reconciliation
        and open_entry.known_from <= report.as_of()
        and (open_entry.known_to is null or open_entry.known_to > report.as_of())
where
    seat.match_group_id is not null
    or open_entry.entry_id is not null
    or (
        exists (
            select
            from recon.entry_block
            where
                entry_block.entry_id = asked.entry_id
                and entry_block.reconciliation = asked.reconciliation
        )
        and report.as_of() < coalesce(
            (
                select min(kept.known_from)
                from recon.open_entry_history as kept
                where kept.reconciliation = asked.reconciliation
            ),
            'infinity'
        )
    )
order by asked.entry_id, asked.reconciliation
