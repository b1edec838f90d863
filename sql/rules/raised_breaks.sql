-- Breaks that were raised after :since, standing or gone since, by either definition.
select
    count(*) filter (where raised.is_before) as before,
    count(*) filter (where not raised.is_before) as after
from (
    select true as is_before
    from backtest_before.break
    where opened_at > :since
    union all
    select false as is_before
    from backtest_after.break
    where opened_at > :since
) as raised
