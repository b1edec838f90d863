-- Live groups of these entries that hold others as well: matching them by hand would leave a
-- rest. A row a group, with one of its others.
with

named as (

    select distinct
        member.source,
        member.entry_key
    from unnest(cast(:sources_named as text[]), cast(:entry_keys as text[]))
        as member (source, entry_key)

),

touched as (

    select distinct seat.match_group_id
    from named
    inner join staging.entry
        on
            named.source = entry.source
            and named.entry_key = entry.entry_key
            and entry.known_to is null
    inner join recon.match_item as seat
        on entry.entry_id = seat.entry_id and seat.reconciliation = :reconciliation

)

select distinct on (touched.match_group_id)
    cast(touched.match_group_id as text) as match_group_id,
    entry.source,
    entry.txn_id
from touched
inner join recon.match_item as seat on touched.match_group_id = seat.match_group_id
inner join staging.entry on seat.entry_id = entry.entry_id and seat.version = entry.version
where
    not exists (
        select
        from named
        where named.source = entry.source and named.entry_key = entry.entry_key
    )
order by touched.match_group_id, entry.source, entry.txn_id
