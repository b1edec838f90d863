-- The figures of each account and day from :first_day to the day of :as_of, from the sums
-- kept by day and from what is open: running totals since go-live. Movements up to the
-- opening date are in the opening balances; of them only what was still open then counts, and
-- open_at_start_minor is what it makes ledger and statement differ by.
-- Of earlier days only those that list_balances needs: the first and the last that each side
-- gives a balance for. What moved on others is summed up with the next day listed.
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
        greatest(min(parts.business_date), cast(:first_day as date)) as from_date,
        min(openings.opening_date) as opening_date,
        cast(
            (cast(:as_of as timestamptz) - interval '1 microsecond') at time zone 'Asia/Kolkata'
            as date
        ) as until_date
    from parts
    left join openings
        on parts.account_no = openings.account_no and parts.currency = openings.currency
    group by parts.account_no, parts.currency

),

given_edges as (

    select
        accounts.account_no,
        accounts.currency,
        given_balance.kind,
        min(given_balance.business_date) as first_day,
        max(given_balance.business_date) as last_day
    from accounts
    inner join given_balance
        on
            accounts.account_no = given_balance.account_no
            and accounts.currency = given_balance.currency
    where
        given_balance.business_date >= accounts.first_date
        and given_balance.business_date < accounts.from_date
        and given_balance.business_date <= accounts.until_date
    group by accounts.account_no, accounts.currency, given_balance.kind

),

given_before as (

    select
        given_edges.account_no,
        given_edges.currency,
        array_agg(distinct edge.day) as days
    from given_edges
    cross join lateral (values (given_edges.first_day), (given_edges.last_day)) as edge (day)
    group by given_edges.account_no, given_edges.currency

),

days as (

    select
        accounts.account_no,
        accounts.currency,
        cast(day.day as date) as business_date,
        cast(day.day as date) <= accounts.opening_date is not true as is_wanted
    from accounts
    cross join
        lateral generate_series(
            cast(accounts.from_date as timestamp),
            cast(accounts.until_date as timestamp),
            interval '1 day'
        ) as day (day)

    union all

    select
        given_before.account_no,
        given_before.currency,
        day.day as business_date,
        false as is_wanted
    from given_before
    cross join lateral unnest(given_before.days) as day (day)

),

-- Each part with the first listed day that counts it.
counted as (

    select
        parts.*,
        parts.business_date <= accounts.opening_date is true as is_before,
        case
            when parts.business_date >= accounts.from_date then parts.business_date
            when given_before.days is null then accounts.from_date
            else
                coalesce(
                    (
                        select min(day.day)
                        from unnest(given_before.days) as day (day)
                        where day.day >= parts.business_date
                    ),
                    accounts.from_date
                )
        end as counted_on
    from parts
    inner join accounts
        on parts.account_no = accounts.account_no and parts.currency = accounts.currency
    left join given_before
        on
            parts.account_no = given_before.account_no
            and parts.currency = given_before.currency
    where parts.business_date <= accounts.until_date

),

sums as (

    select
        account_no,
        currency,
        counted_on,
        sum(case when is_before then 0 else ledger_minor end) as ledger_minor,
        sum(case when is_before then 0 else external_minor end) as external_minor,
        sum(open_ledger_minor) as open_ledger_minor,
        sum(open_external_minor) as open_external_minor,
        sum(difference_minor) as difference_minor,
        sum(
            case
                when is_before then open_ledger_minor - open_external_minor - difference_minor
                else 0
            end
        ) as open_at_start_minor
    from counted
    group by account_no, currency, counted_on

)

select
    days.account_no,
    days.currency,
    days.business_date,
    days.is_wanted,
    sum(coalesce(sums.ledger_minor, 0)) over upto as ledger_minor,
    sum(coalesce(sums.external_minor, 0)) over upto as external_minor,
    sum(coalesce(sums.open_ledger_minor, 0)) over upto as open_ledger_minor,
    sum(coalesce(sums.open_external_minor, 0)) over upto as open_external_minor,
    sum(coalesce(sums.difference_minor, 0)) over upto as difference_minor,
    sum(coalesce(sums.open_at_start_minor, 0)) over (
        partition by days.account_no, days.currency
    ) as open_at_start_minor
from days
left join sums
    on
        days.account_no = sums.account_no
        and days.currency = sums.currency
        and days.business_date = sums.counted_on
window upto as (
    partition by days.account_no, days.currency order by days.business_date
)
