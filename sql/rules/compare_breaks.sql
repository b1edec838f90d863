-- Every break that stands in either sandbox, and how the changed rules change it; amounts are what
-- is at stake.
create temporary table compared_break on commit drop as
with

before_break as (

    select
        *,
        coalesce(exposure_minor, amount_minor) as stake_minor
    from backtest_before.break
    where status <> 'RESOLVED'

),

after_break as (

    select
        *,
        coalesce(exposure_minor, amount_minor) as stake_minor
    from backtest_after.break
    where status <> 'RESOLVED'

)

select
    coalesce(after_break.break_id, before_break.break_id) as break_id,
    case
        when before_break.break_id is null then 'new'
        when after_break.break_id is null then 'gone'
        when before_break.code <> after_break.code then 'other code'
        when
            (before_break.amount_minor, before_break.stake_minor)
            <> (after_break.amount_minor, after_break.stake_minor)
            then 'other amount'
        else 'same'
    end as change,
    before_break.code as code_before,
    after_break.code as code_after,
    coalesce(after_break.currency, before_break.currency) as currency,
    before_break.stake_minor as before_minor,
    after_break.stake_minor as after_minor,
    coalesce(after_break.business_date, before_break.business_date) as business_date,
    coalesce(after_break.business_date, before_break.business_date) >= :since as is_within,
    coalesce(after_break.entry_id, before_break.entry_id) as entry_id,
    coalesce(after_break.explanation, before_break.explanation) as explanation
from before_break
full outer join after_break on before_break.break_id = after_break.break_id
