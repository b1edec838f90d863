-- Matches by how they change, in number and amount.
select
    change,
    is_within,
    currency,
    count(*) as groups,
    cast(sum(entries) as bigint) as entries,
    cast(sum(amount_minor) as bigint) as amount_minor
from compared_group
group by change, is_within, currency
order by change asc, is_within desc, currency asc
