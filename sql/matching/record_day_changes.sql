-- Bring the sums of the days up to date.
insert into recon.account_day as standing (
    reconciliation, account_no, currency, business_date, ledger_minor, external_minor,
    fees_minor, external_entries, waiting_ledger_minor, waiting_external_minor, difference_minor
)
with

parts as (

    select
        account_no,
        currency,
        day as business_date,
        case when is_ledger then factor * amount_minor else 0 end as ledger_minor,
        case when is_ledger then 0 else factor * amount_minor end as external_minor,
        case when is_ledger then 0 else factor * fee_minor end as fees_minor,
        case when is_ledger then 0 else factor end as external_entries,
        0 as waiting_ledger_minor,
        0 as waiting_external_minor,
        0 as difference_minor
    from day_change
    where kind = 'movement'

    union all

    -- Waits from its own day until the last of its group is there.
    select
        day_change.account_no,
        day_change.currency,
        wait.business_date,
        0 as ledger_minor,
        0 as external_minor,
        0 as fees_minor,
        0 as external_entries,
        case when day_change.is_ledger then wait.amount_minor else 0 end as waiting_ledger_minor,
        case when day_change.is_ledger then 0 else wait.amount_minor end as waiting_external_minor,
        0 as difference_minor
    from day_change
    cross join
        lateral (
            values
            (day_change.day, day_change.factor * day_change.amount_minor),
            (day_change.last_date, -day_change.factor * day_change.amount_minor)
        ) as wait (business_date, amount_minor)
    where day_change.kind = 'seat' and day_change.day < day_change.last_date

    union all

    select
        account_no,
        currency,
        last_date as business_date,
        0 as ledger_minor,
        0 as external_minor,
        0 as fees_minor,
        0 as external_entries,
        0 as waiting_ledger_minor,
        0 as waiting_external_minor,
        factor * difference_minor as difference_minor
    from day_change
    where kind = 'seat' and difference_minor <> 0

)

select
    :reconciliation as reconciliation,
    account_no,
    currency,
    business_date,
    sum(ledger_minor) as ledger_minor,
    sum(external_minor) as external_minor,
    sum(fees_minor) as fees_minor,
    sum(external_entries) as external_entries,
    sum(waiting_ledger_minor) as waiting_ledger_minor,
    sum(waiting_external_minor) as waiting_external_minor,
    sum(difference_minor) as difference_minor
from parts
group by account_no, currency, business_date
on conflict (reconciliation, account_no, currency, business_date) do update
    set
        ledger_minor = standing.ledger_minor + excluded.ledger_minor,
        external_minor = standing.external_minor + excluded.external_minor,
        fees_minor = standing.fees_minor + excluded.fees_minor,
        external_entries = standing.external_entries + excluded.external_entries,
        waiting_ledger_minor = standing.waiting_ledger_minor + excluded.waiting_ledger_minor,
        waiting_external_minor = standing.waiting_external_minor + excluded.waiting_external_minor,
        difference_minor = standing.difference_minor + excluded.difference_minor
