-- Pass: all lines of one settlement and the one bank credit that carries its UTR. The sum
-- is exact, the credit comes on the settled day or at most :business_days_max business days
-- of :calendar later, and the gateway's own header, where it has sent one, says the same.
-- Returns (group_key, entry_id, reason).
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

headers as (

    select
        upper(utr) as settlement_utr,
        currency,
        sum(amount_minor) as amount_minor
    from staging.settlement
    where known_to is null and upper(utr) in (select settlement_utr from settlements)
    group by upper(utr), currency

),

agreeing as (

    select
        settlements.settlement_utr,
        settlements.currency,
        settlements.group_key,
        settlements.lines,
        credit.entry_id as credit_id,
        headers.settlement_utr is not null as has_header,
        row_number() over (partition by settlements.group_key order by credit.moment) as place,
        count(*) over (partition by settlements.group_key, credit.moment) as credits_at_once
    from settlements
    inner join open_entry as credit
        on
            settlements.settlement_utr = credit.settlement_utr
            and settlements.currency = credit.currency
            and settlements.amount_minor = credit.amount_minor
            and settlements.settled_day <= credit.day
    inner join ops.calendar as settled
        on settled.calendar = :calendar and settlements.settled_day = settled.day
    inner join ops.calendar as credited
        on credited.calendar = :calendar and credit.day = credited.day
    left join headers
        on
            settlements.settlement_utr = headers.settlement_utr
            and settlements.currency = headers.currency
    where
        credit.side <> :ledger_side
        and credit.status = 'SUCCESS'
        and credited.business_no - settled.business_no <= :business_days_max
        and coalesce(headers.amount_minor, settlements.amount_minor) = settlements.amount_minor

),

chosen as (

    select
        settlement_utr,
        currency,
        group_key,
        credit_id,
        lines || ' lines and the credit of their UTR ' || settlement_utr || ', to the paisa'
        || case when has_header then '; the header agrees' else '; no header sent' end as reason
    from agreeing
    where place = 1 and credits_at_once = 1

)

select
    chosen.group_key,
    line.entry_id,
    chosen.reason
from chosen
inner join open_entry as line
    on
        chosen.settlement_utr = line.settlement_utr
        and chosen.currency = line.currency
where line.side = :ledger_side and line.status = 'SUCCESS'

union all

select
    group_key,
    credit_id as entry_id,
    reason
from chosen
