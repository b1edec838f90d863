-- The figures of each account and day from :first_day to the day of :as_of, from the sums
-- kept by day and from what is open: running totals since go-live. Movements up to the
-- opening date are in the opening balances; of them only what was still open then counts, and
-- open_at_start_minor is what it makes ledger and statement differ by.
create temporary table position on commit drop as
with

parts as (

    select
        account_no,
        currency,
        business_date,
        ledger_minor,
        external_minor,
        waiting_ledger_minor as open_ledger_minor,
        waiting_external_minor as open_external_minor,
        difference_minor
    from recon.account_day
    where reconciliation = :reconciliation

    union all

    select
        case when :by_account then coalesce(account_id, 0) else 0 end as account_no,
        currency,
        business_date,
        0 as ledger_minor,
        0 as external_minor,
        case when side = :ledger_side then amount_minor else 0 end as open_ledger_minor,
        case when side = :ledger_side then 0 else amount_minor end as open_external_minor,
        0 as difference_minor
    from recon.open_entry
    where reconciliation = :reconciliation and status = 'SUCCESS'

),

openings as (

    select
        account_id as account_no,
        currency,
        opening_date
    from ops.account
    where :by_account and opening_date is not null

),

accounts as (

    select
        parts.account_no,
        parts.currency,
        min(parts.business_date) as first_date,
        min(openings.opening_date) as opening_date
    from parts
    left join openings
        on parts.account_no = openings.account_no and parts.currency = openings.currency
    group by parts.account_no, parts.currency

),

days as (

    select
        accounts.account_no,
        accounts.currency,
        cast(day.day as date) as business_date,
        cast(day.day as date) <= accounts.opening_date is true as is_before,
        cast(day.day as date) >= cast(:first_day as date)
        and cast(day.day as date) <= accounts.opening_date is not true as is_wanted
    from accounts
    cross join lateral generate_series(
        cast(accounts.first_date as timestamp),
        date_trunc(
            'day',
            (cast(:as_of as timestamptz) - interval '1 microsecond') at time zone 'Asia/Kolkata'
        ),
        interval '1 day'
    ) as day (day)

)

select
    days.account_no,
    days.currency,
    days.business_date,
    days.is_wanted,
    sum(sum(case when days.is_before then 0 else coalesce(parts.ledger_minor, 0) end))
        over upto as ledger_minor,
    sum(sum(case when days.is_before then 0 else coalesce(parts.external_minor, 0) end))
        over upto as external_minor,
    sum(sum(coalesce(parts.open_ledger_minor, 0))) over upto as open_ledger_minor,
    sum(sum(coalesce(parts.open_external_minor, 0))) over upto as open_external_minor,
    sum(sum(coalesce(parts.difference_minor, 0))) over upto as difference_minor,
    sum(sum(
        case
            when days.is_before
                then coalesce(
                    parts.open_ledger_minor - parts.open_external_minor - parts.difference_minor, 0
                )
            else 0
        end
    )) over (partition by days.account_no, days.currency) as open_at_start_minor
from days
left join parts
    on
        days.account_no = parts.account_no
        and days.currency = parts.currency
        and days.business_date = parts.business_date
group by days.account_no, days.currency, days.business_date, days.is_wanted, days.is_before
window upto as (
    partition by days.account_no, days.currency order by days.business_date
)
