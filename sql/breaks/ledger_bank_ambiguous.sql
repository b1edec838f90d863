-- Partners that fit equally well: one finding a set, with every candidate in it.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
with

members as (

    -- A set is named by the first ledger entry that a bank entry of it could have; its
    -- ledger entries share the reference, so they share the bank entries too.
    select distinct
        pair.set_key,
        member.entry_id
    from pair
    cross join lateral (values (pair.ledger_id), (pair.external_id)) as member (entry_id)
    where
        pair.is_rivalled
        and 'SUCCESS' in (pair.ledger_status, pair.external_status)

),

sets as (

    select
        members.set_key,
        (
            array_agg(scene.entry_id order by scene.moment, scene.txn_id)
            filter (where scene.is_ledger)
        )[1] as anchor_id,
        sum(case when scene.is_ledger then -scene.amount_minor else scene.amount_minor end)
            as amount_minor,
        count(*) filter (where scene.is_ledger) as ledger_entries,
        count(*) filter (where not scene.is_ledger) as external_entries,
        string_agg(
            scene.txn_id || ' (' || scene.amount_text || ')', ', ' order by scene.source, scene.txn_id
        ) as listed
    from members
    inner join scene on members.entry_id = scene.entry_id
    group by members.set_key

)

select
    sets.anchor_id,
    members.entry_id,
    'AMBIGUOUS' as code,
    cast(sets.amount_minor as bigint) as amount_minor,
    concat(
        sets.ledger_entries, ' ledger and ', sets.external_entries,
        ' bank entries share the reference and nothing tells them apart: ', sets.listed, '.'
    ) as explanation
from sets
inner join members on sets.set_key = members.set_key
