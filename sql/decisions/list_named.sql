-- The live entries named so (by source and key, or public id) that are on an edge, and where. A
-- settlement's id or UTR names all its lines that are open there.
with

named as (

    select distinct
        member.source,
        member.name
    from unnest(cast(:sources_named as text[]), cast(:names as text[])) as member (source, name)

),

found as (

    select
        named.source,
        named.name,
        entry.entry_id
    from named
    inner join staging.entry
        on
            named.source = entry.source
            and named.name = entry.entry_key
            and entry.known_to is null
    union
    -- A public id that is not the key is looked for among what is open, never in history.
    select
        named.source,
        named.name,
        entry.entry_id
    from named
    inner join recon.open_entry on named.source = open_entry.source
    inner join staging.entry
        on
            open_entry.entry_id = entry.entry_id
            and named.name = entry.txn_id
            and entry.known_to is null
    union
    select
        named.source,
        named.name,
        entry.entry_id
    from named
    inner join recon.open_entry
        on
            named.source = open_entry.source
            and open_entry.reconciliation
            = coalesce(cast(:reconciliation as text), open_entry.reconciliation)
    inner join staging.entry
        on
            open_entry.entry_id = entry.entry_id
            and entry.known_to is null
            and entry.status = 'SUCCESS'
            and entry.settlement_id is not null
            and upper(named.name) in (upper(entry.settlement_id), upper(entry.settlement_utr))

),

placed as (

    select
        entry_id,
        reconciliation,
        side,
        match_group_id
    from recon.match_item
    where entry_id in (select found.entry_id from found)
    union all
    select
        entry_id,
        reconciliation,
        side,
        cast(null as uuid) as match_group_id
    from recon.open_entry
    where entry_id in (select found.entry_id from found)

)

select
    found.source,
    found.name,
    entry.entry_id,
    entry.entry_key,
    entry.txn_id,
    entry.account_id,
    entry.amount_minor,
    entry.gross_minor,
    entry.currency,
    entry.status,
    coalesce(
        upper(found.name) in (upper(entry.settlement_id), upper(entry.settlement_utr)), false
    ) as is_settlement,
    placed.reconciliation,
    placed.side,
    cast(placed.match_group_id as text) as match_group_id
from found
inner join staging.entry on found.entry_id = entry.entry_id and entry.known_to is null
inner join placed on found.entry_id = placed.entry_id
where placed.reconciliation = coalesce(cast(:reconciliation as text), placed.reconciliation)
order by found.source, found.name, entry.entry_id, placed.reconciliation
