-- Pairs that disagree, lines that are alone or there twice, and lines that do not add up.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
with

figures as (

    select
        entry_id,
        concat(
            'line ', txn_id, ': amount ', recon.decimal_text(gross_minor, currency),
            ', fee ', recon.decimal_text(coalesce(fee_minor, 0), currency), ', moves ', amount_text
        ) as words
    from scene
    where not is_ledger

),

spoken_for as (

    -- Ids with a line that is seated, or in a disagreement already.
    select distinct scene.entity_id
    from scene
    left join pair on scene.entry_id = pair.line_id
    where
        not scene.is_ledger
        and (not scene.is_open or pair.line_id is not null)

),

alone as (

    select
        line.entry_id,
        line.amount_minor,
        case
            when spoken_for.entity_id is not null
                then case when line.status = 'SUCCESS' then 'DUP_SAME_SOURCE' end
            when not line.adds_up then 'ARITHMETIC'
            when line.is_due then 'MIS_IN_GATEWAY'
        end as code
    from scene as line
    left join pair on line.entry_id = pair.line_id
    left join spoken_for on line.entity_id = spoken_for.entity_id
    where
        not line.is_ledger
        and line.is_open
        and pair.line_id is null

)

select
    pair.ledger_id as anchor_id,
    member.entry_id,
    pair.code,
    case
        when line.currency <> ledger.currency then ledger.amount_minor  -- no sum across currencies
        when pair.code = 'RESERVE_HELD' then line.amount_minor  -- all of it is what is at stake
        else line.amount_minor - ledger.amount_minor
    end as amount_minor,
    concat(
        'The gateway reported ', ledger.amount_text, '; settlement ', figures.words,
        case
            when pair.code = 'RESERVE_HELD'
                then ', and is on hold in ' || pair.settlement_id || ': nothing of it was paid'
        end, '.'
    ) as explanation
from pair
inner join scene as ledger on pair.ledger_id = ledger.entry_id
inner join scene as line on pair.line_id = line.entry_id
inner join figures on pair.line_id = figures.entry_id
cross join lateral (values (pair.ledger_id), (pair.line_id)) as member (entry_id)
where pair.code is not null

union

select
    alone.entry_id as anchor_id,
    alone.entry_id,
    alone.code,
    alone.amount_minor,
    concat(
        case alone.code
            when 'DUP_SAME_SOURCE' then 'The same id is settled on another line already; '
            when 'ARITHMETIC' then 'The line does not add up; '
            else 'Settled, and the gateway reports no such payment or refund; '
        end,
        figures.words, '.'
    ) as explanation
from alone
inner join figures on alone.entry_id = figures.entry_id
where alone.code is not null
