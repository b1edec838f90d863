-- The first statement day of :reconciliation, or gap in one, that the running balances do not say.
with

stored as (

    select
        account_no,
        currency,
        business_date,
        0 as gap_no,
        concat_ws(', ', opening_minor, opening_at, closing_minor, closing_at) as told
    from recon.statement_day
    where reconciliation = :reconciliation
    union all
    select
        account_no,
        currency,
        business_date,
        gap_no,
        concat_ws(', ', amount_minor, before_at, after_at, is_between_files) as told
    from recon.statement_gap
    where reconciliation = :reconciliation

),

again as (

    select
        account_no,
        currency,
        business_date,
        0 as gap_no,
        concat_ws(', ', opening_minor, opening_at, closing_minor, closing_at) as told
    from statement_day_again
    union all
    select
        account_no,
        currency,
        business_date,
        gap_no,
        concat_ws(', ', amount_minor, before_at, after_at, is_between_files) as told
    from statement_gap_again

)

select
    coalesce(stored.account_no, again.account_no) as account_no,
    coalesce(stored.business_date, again.business_date) as business_date,
    coalesce(stored.currency, again.currency) as currency,
    coalesce(stored.told, 'none') as stored,
    coalesce(again.told, 'none') as again
from stored
full outer join again
    on
        stored.account_no = again.account_no
        and stored.currency = again.currency
        and stored.business_date = again.business_date
        and stored.gap_no = again.gap_no
where stored.told is distinct from again.told
order by 1, 2, 3
limit 1
