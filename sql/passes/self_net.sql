-- Pass: a debit and its own reversal credit on one side. Same RRN or UTR, account and
-- currency, opposite amounts, the credit at or after the debit and at most
-- :business_days_max business days of :calendar later; unique both ways.
-- Returns (group_key, entry_id, reason): each row seats one entry in one match group.
with

legs as not materialized (

    select
        entry_id,
        account_id,
        amount_minor,
        rrn_key as reference_key
    from open_entry
    where status = 'SUCCESS' and account_id is not null and rrn_key is not null

    union all

    select
        entry_id,
        account_id,
        amount_minor,
        utr_key as reference_key
    from open_entry
    where status = 'SUCCESS' and account_id is not null and utr_key is not null

),

opposite as (

    -- By numbers alone; few come together, and what is text is compared of those.
    select distinct
        debit.entry_id as debit_id,
        credit.entry_id as credit_id
    from legs as debit
    inner join legs as credit
        on
            debit.reference_key = credit.reference_key
            and debit.account_id = credit.account_id
            and debit.amount_minor = -credit.amount_minor
    where debit.amount_minor < 0 and credit.amount_minor > 0

),

candidates as (

    select
        opposite.debit_id,
        opposite.credit_id,
        case when debit.rrn = credit.rrn then debit.rrn else debit.utr end as reference
    from opposite
    inner join open_entry as debit on opposite.debit_id = debit.entry_id
    inner join open_entry as credit on opposite.credit_id = credit.entry_id
    inner join ops.calendar as debited
        on debited.calendar = :calendar and debit.day = debited.day
    inner join ops.calendar as credited
        on credited.calendar = :calendar and credit.day = credited.day
    where
        debit.side = credit.side
        and debit.currency = credit.currency
        and debit.moment <= credit.moment
        and (debit.rrn = credit.rrn or debit.utr = credit.utr)
        and credited.business_no - debited.business_no <= :business_days_max

),

counted as (

    select
        debit_id,
        credit_id,
        reference,
        count(*) over (partition by debit_id) as credits,
        count(*) over (partition by credit_id) as debits
    from candidates

)

select
    counted.debit_id as group_key,
    leg.entry_id,
    'debit and its own reversal: same reference ' || counted.reference
    || ' and account, opposite amounts' as reason
from counted
cross join lateral (values (counted.debit_id), (counted.credit_id)) as leg (entry_id)
where counted.credits = 1 and counted.debits = 1
