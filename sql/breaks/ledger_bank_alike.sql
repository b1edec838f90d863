-- Partners that fit equally well without a reference to say which: open entries of both sides with
-- one account, currency and signed amount, in a run of days with steps of at most
-- :alike_days_max, of which any could be any's because it, or all across from it, has no
-- reference. Three or more, for the only two of theirs are a match. One finding a set, with every
-- candidate in it, once the window of one of them is over.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
with

alone as (

    select
        scene.*,
        scene.rrn is null and scene.utr is null and scene.reference_text is null as is_bare
    from scene
    left join finding on scene.entry_id = finding.entry_id
    left join pair on scene.entry_id in (pair.ledger_id, pair.external_id)
    where
        scene.is_open
        and scene.status = 'SUCCESS'
        and scene.account_id is not null
        and finding.entry_id is null
        and pair.ledger_id is null

),

stepped as (

    select
        *,
        case
            when day - lag(day) over same_amount > :alike_days_max then 1
            else 0
        end as is_further
    from alone
    window same_amount as (partition by account_id, currency, amount_minor order by day)

),

islands as (

    select
        *,
        sum(is_further) over (
            partition by account_id, currency, amount_minor
            order by day
        ) as island
    from stepped

),

counted as (

    select
        *,
        count(*) filter (where is_ledger) over same_island as ledgers,
        count(*) filter (where is_ledger and is_bare) over same_island as bare_ledgers,
        count(*) filter (where not is_ledger) over same_island as externals,
        count(*) filter (where not is_ledger and is_bare) over same_island as bare_externals
    from islands
    window same_island as (partition by account_id, currency, amount_minor, island)

),

members as (

    select *
    from counted
    where
        case when is_bare and is_ledger then externals when is_bare then ledgers else 0 end > 0
        or case when is_ledger then bare_externals else bare_ledgers end > 0

),

sets as (

    select
        account_id,
        currency,
        amount_minor,
        island,
        (array_agg(entry_id order by moment, txn_id) filter (where is_ledger))[1] as anchor_id,
        count(*) filter (where is_ledger) as ledger_entries,
        count(*) filter (where not is_ledger) as external_entries,
        max(amount_text) as amount_text,
        max(last4) as last4,
        string_agg(
            txn_id || ' of ' || source || ' on ' || day, ', ' order by source, txn_id
        ) as listed
    from members
    group by account_id, currency, amount_minor, island
    having count(*) > 2 and bool_or(is_due)

)

select
    sets.anchor_id,
    members.entry_id,
    'AMBIGUOUS' as code,
    cast(sets.amount_minor * (sets.external_entries - sets.ledger_entries) as bigint)
        as amount_minor,
    concat(
        sets.ledger_entries, ' ledger and ', sets.external_entries, ' bank entries of ',
        sets.amount_text, ' on account ••••', sets.last4,
        ', and no reference says which belongs to which: ', sets.listed, '.'
    ) as explanation
from sets
inner join members
    on
        sets.account_id = members.account_id
        and sets.currency = members.currency
        and sets.amount_minor = members.amount_minor
        and sets.island = members.island
