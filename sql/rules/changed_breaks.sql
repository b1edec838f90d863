-- Breaks by how they change and by code, in number and amount, regardless of sign.
select
    change,
    is_within,
    coalesce(code_before, '') as code_before,
    coalesce(code_after, '') as code_after,
    currency,
    count(*) as breaks,
    cast(coalesce(sum(abs(before_minor)), 0) as bigint) as before_minor,
    cast(coalesce(sum(abs(after_minor)), 0) as bigint) as after_minor
from compared_break
group by change, is_within, code_before, code_after, currency
order by change asc, is_within desc, code_before asc, code_after asc, currency asc
