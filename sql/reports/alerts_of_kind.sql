-- Every alert of one kind, standing or cleared.
-- Parameters: :kind.
select
    subject,
    detail,
    raised_at,
    cleared_at
from report.alerts
where kind = :kind
order by raised_at asc, subject asc
