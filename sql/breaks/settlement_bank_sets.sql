-- Each UTR with something open: the lines, the credits, the gateway's own header.
create temporary table utr_set on commit drop as
with

headers as (

    select
        upper(utr) as settlement_utr,
        min(currency) as currency,
        sum(amount_minor) as amount_minor
    from staging.settlement
    where
        known_to is null
        and upper(utr) in (select settlement_utr from scene)
    group by upper(utr)

),

sets as (

    select
        settlement_utr,
        (array_agg(entry_id order by moment, source, txn_id) filter (where is_ledger))[1]
            as line_id,
        (array_agg(entry_id order by moment, source, txn_id) filter (where not is_ledger))[1]
            as credit_id,
        count(*) filter (where is_ledger) as lines,
        count(*) filter (where not is_ledger) as credits,
        sum(amount_minor) filter (where is_ledger) as lines_minor,
        sum(amount_minor) filter (where not is_ledger) as credits_minor,
        min(currency) filter (where is_ledger) as currency,
        min(currency) filter (where not is_ledger) as credit_currency,
        bool_or(is_due) filter (where is_ledger) as is_due,
        min(amount_minor) filter (where not is_ledger) as credit_minor_least,
        max(amount_minor) filter (where not is_ledger) as credit_minor_most,
        min(day) filter (where is_ledger) as line_day_first,
        max(day) filter (where is_ledger) as line_day_last,
        -- As `match` takes them, the three first.
        (
            array_agg(
                concat(
                    source, ':', txn_id, ' ', amount_text, ' on ', to_char(day, 'YYYY-MM-DD')
                ) order by moment, source, txn_id
            ) filter (where not is_ledger)
        )[1:3] as credits_named
    from scene
    where
        is_open
        and status = 'SUCCESS'
        and settlement_utr is not null
    group by settlement_utr

)

select
    sets.*,
    headers.amount_minor as header_minor
from sets
left join headers on sets.settlement_utr = headers.settlement_utr
