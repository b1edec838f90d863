-- The open items at go-live in sums, a row a source and currency.
select
    source,
    currency,
    count(*) as items,
    cast(sum(amount_minor) as bigint) as amount_minor
from ops.opening_item
group by source, currency
order by source, currency
