-- The running balance of each account and day that is over (its end + 24 h is not after
-- :as_of) and was not read yet, or of all of them (:is_again). Every entry starts where another
-- ended: over the day the balances before and the balances after cancel out, whatever the order
-- they are read in. What is left is the opening, the closing, and both edges of each gap.
create temporary table chain_end on commit drop as
with

due as (

    select
        account_day.account_no,
        account_day.currency,
        account_day.business_date
    from recon.account_day
    left join recon.statement_day
        on
            account_day.reconciliation = statement_day.reconciliation
            and account_day.account_no = statement_day.account_no
            and account_day.currency = statement_day.currency
            and account_day.business_date = statement_day.business_date
    left join ops.account
        on
            account_day.account_no = account.account_id
            and account_day.currency = account.currency
    where
        account_day.reconciliation = :reconciliation
        and account_day.external_entries > 0
        -- Up to go-live the opening balance speaks.
        and account_day.business_date > coalesce(account.opening_date, '-infinity')
        and (statement_day.account_no is null or :is_again)
        and cast(account_day.business_date + 2 as timestamp) at time zone 'Asia/Kolkata' <= :as_of

),

movements as (

    select
        due.account_no,
        due.currency,
        due.business_date,
        coalesce(
            entry.occurred_at, cast(due.business_date as timestamp) at time zone 'Asia/Kolkata'
        ) as moment,
        entry.entry_key,
        entry.part,
        entry.balance_minor - entry.amount_minor as starts_minor,
        entry.balance_minor as ends_minor
    from due
    inner join staging.entry
        on
            entry.source = any(:external_sources)
            and coalesce(entry.booking_date, entry.business_date) = due.business_date
            and due.account_no = entry.account_id
            and due.currency = entry.currency
    where
        entry.known_to is null
        and entry.status = 'SUCCESS'
        and entry.balance_minor is not null

),

balances as (

    select
        movements.account_no,
        movements.currency,
        movements.business_date,
        edge.balance_minor,
        sum(edge.factor) as starts_left,
        min(movements.moment) filter (where edge.factor = 1) as start_at,
        max(movements.moment) filter (where edge.factor = -1) as end_at,
        (
            array_agg(movements.part order by movements.moment asc, movements.entry_key asc)
            filter (where edge.factor = 1)
        )[1] as start_part,
        (
            array_agg(movements.part order by movements.moment desc, movements.entry_key desc)
            filter (where edge.factor = -1)
        )[1] as end_part
    from movements
    cross join
        lateral (
            values (1, movements.starts_minor), (-1, movements.ends_minor)
        ) as edge (factor, balance_minor)
    group by
        movements.account_no, movements.currency, movements.business_date, edge.balance_minor

),

-- A day that ends where it began cancels out whole: its first entry tells where.
circles as (

    select distinct on (movements.account_no, movements.currency, movements.business_date)
        movements.account_no,
        movements.currency,
        movements.business_date,
        movements.starts_minor as balance_minor,
        movements.moment,
        movements.part
    from movements
    where
        not exists (
            select
            from balances
            where
                balances.account_no = movements.account_no
                and balances.currency = movements.currency
                and balances.business_date = movements.business_date
                and balances.starts_left <> 0
        )
    order by
        movements.account_no, movements.currency, movements.business_date, movements.moment,
        movements.entry_key

),

left_over as (

    select
        account_no,
        currency,
        business_date,
        starts_left > 0 as is_start,
        balance_minor,
        case when starts_left > 0 then start_at else end_at end as moment,
        case when starts_left > 0 then start_part else end_part end as part
    from balances
    cross join lateral generate_series(1, abs(starts_left))
    where starts_left <> 0

    union all

    select
        circles.account_no,
        circles.currency,
        circles.business_date,
        side.is_start,
        circles.balance_minor,
        circles.moment,
        circles.part
    from circles
    cross join (values (true), (false)) as side (is_start)

)

select
    *,
    row_number() over (
        partition by account_no, currency, business_date, is_start
        order by moment, balance_minor
    ) as place,
    count(*) over (partition by account_no, currency, business_date, is_start) as places
from left_over
