-- Pass: all lines of one settlement and all bank entries that carry its UTR, where the gateway paid
-- in parts: two and more, at most :entries_max, whose sum is exact. Each of them on the settled day
-- or at most :business_days_max business days of :calendar later; the gateway's own header, where
-- it has sent one, says the same. Returns (group_key, entry_id, reason).
with

settlements as (

    select
        settlement_utr,
        currency,
        sum(amount_minor) as amount_minor,
        min(entry_id) as group_key,
        min(day) as settled_day,
        count(*) as lines
    from open_entry
    where
        side = :ledger_side
        and status = 'SUCCESS'
        and settlement_utr is not null
    group by settlement_utr, currency

),

credits as (

    select
        settlement_utr,
        currency,
        sum(amount_minor) as amount_minor,
        min(day) as first_day,
        max(day) as last_day,
        count(*) as parts
    from open_entry
    where
        side <> :ledger_side
        and status = 'SUCCESS'
        and settlement_utr is not null
    group by settlement_utr, currency
    having count(*) between 2 and :entries_max

),

headers as (

    select
        upper(utr) as settlement_utr,
        currency,
        sum(amount_minor) as amount_minor
    from staging.settlement
    where known_to is null and upper(utr) in (select settlement_utr from credits)
    group by upper(utr), currency

),

chosen as (

    select
        settlements.settlement_utr,
        settlements.currency,
        settlements.group_key,
        settlements.lines || ' lines and the ' || credits.parts || ' bank entries of their UTR '
        || settlements.settlement_utr || ', equal in sum to the paisa'
        || case
            when headers.settlement_utr is null then '; no header sent' else '; the header agrees'
        end as reason
    from settlements
    inner join credits
        on
            settlements.settlement_utr = credits.settlement_utr
            and settlements.currency = credits.currency
            and settlements.amount_minor = credits.amount_minor
            and settlements.settled_day <= credits.first_day
    inner join ops.calendar as settled
        on settled.calendar = :calendar and settlements.settled_day = settled.day
    inner join ops.calendar as credited
        on credited.calendar = :calendar and credits.last_day = credited.day
    left join headers
        on
            settlements.settlement_utr = headers.settlement_utr
            and settlements.currency = headers.currency
    where
        credited.business_no - settled.business_no <= :business_days_max
        and coalesce(headers.amount_minor, settlements.amount_minor) = settlements.amount_minor

)

select
    chosen.group_key,
    entry.entry_id,
    chosen.reason
from chosen
inner join open_entry as entry
    on
        chosen.settlement_utr = entry.settlement_utr
        and chosen.currency = entry.currency
where entry.status = 'SUCCESS'
