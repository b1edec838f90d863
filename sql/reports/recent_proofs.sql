-- How each account day since :since was proven, a row an edge, day, currency and state.
select
    reconciliation,
    business_date,
    currency,
    state,
    count(*) as accounts,
    cast(sum(abs(explained_minor)) as bigint) as explained_minor,
    cast(sum(abs(unexplained_minor)) as bigint) as unexplained_minor
from report.account_proof
where business_date >= :since
group by reconciliation, business_date, currency, state
