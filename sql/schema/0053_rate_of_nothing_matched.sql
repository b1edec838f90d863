-- Where something is due and nothing was matched the rate is 0, not unknown.
create or replace view report.reconciliation_rate as
with

matched as (

    select
        match_group.reconciliation,
        count(*) as matched_entries,
        count(distinct match_group.match_group_id) as matched_groups
    from recon.match_group
    inner join recon.match_item_history as match_item
        on
            match_group.match_group_id = match_item.match_group_id
            and match_group.known_from = match_item.known_from
    inner join staging.entry
        on match_item.entry_id = entry.entry_id and match_item.version = entry.version
    where
        match_group.known_from <= report.as_of()
        and (match_group.known_to is null or match_group.known_to > report.as_of())
        and entry.status = 'SUCCESS'
    group by match_group.reconciliation

),

still_open as (

    select
        reconciliation,
        cast(sum(entries) as bigint) as open_entries,
        cast(coalesce(sum(entries) filter (where state = 'due'), 0) as bigint) as due_entries
    from report.open_items
    where role = 'money'
    group by reconciliation

),

broken as (

    select
        reconciliation,
        count(*) as open_breaks
    from report.open_breaks
    group by reconciliation

)

select
    edges.reconciliation,
    least(report.as_of(), edges.as_of) as as_of,
    edges.rule_version,
    coalesce(matched.matched_entries, 0) + coalesce(still_open.open_entries, 0) as entries,
    coalesce(matched.matched_groups, 0) as matched_groups,
    coalesce(matched.matched_entries, 0) as matched_entries,
    coalesce(still_open.open_entries, 0) as open_entries,
    coalesce(still_open.due_entries, 0) as due_entries,
    coalesce(broken.open_breaks, 0) as open_breaks,
    round(
        100.0 * coalesce(matched.matched_entries, 0)
        / nullif(coalesce(matched.matched_entries, 0) + coalesce(still_open.due_entries, 0), 0),
        4
    ) as rate
from report.edges
left join matched on edges.reconciliation = matched.reconciliation
left join still_open on edges.reconciliation = still_open.reconciliation
left join broken on edges.reconciliation = broken.reconciliation;
