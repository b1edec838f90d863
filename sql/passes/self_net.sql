-- Pass: a debit and its own reversal credit on one side. Same RRN or UTR, account and
-- currency, opposite amounts, the credit at or after the debit and at most
-- :business_days_max business days of :calendar later; unique both ways.
-- Returns (group_key, entry_id, reason): each row seats one entry in one match group.
with

legs as (

    select
        open_entry.entry_id,
        open_entry.side,
        open_entry.account_id,
        open_entry.currency,
        open_entry.amount_minor,
        open_entry.moment,
        calendar.business_no,
        held.reference,
        held.reference_key
    from open_entry
    inner join ops.calendar
        on calendar.calendar = :calendar and open_entry.day = calendar.day
    cross join
        lateral (
            values
            (open_entry.rrn, open_entry.rrn_key),
            (open_entry.utr, open_entry.utr_key)
        ) as held (reference, reference_key)
    where
        open_entry.status = 'SUCCESS'
        and open_entry.account_id is not null
        and held.reference is not null

),

candidates as (

    select
        debit.entry_id as debit_id,
        credit.entry_id as credit_id,
        min(debit.reference) as reference
    from legs as debit
    inner join legs as credit
        on
            debit.reference_key = credit.reference_key
            and debit.reference = credit.reference
            and debit.side = credit.side
            and debit.account_id = credit.account_id
            and debit.currency = credit.currency
            and debit.amount_minor = -credit.amount_minor
            and debit.moment <= credit.moment
            and credit.business_no - debit.business_no <= :business_days_max
    where debit.amount_minor < 0
    group by debit.entry_id, credit.entry_id

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
