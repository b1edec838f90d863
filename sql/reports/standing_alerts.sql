-- Alerts that stand, newest first, at most :rows_max.
select
    kind,
    subject,
    detail,
    raised_at
from report.alerts
where cleared_at is null
order by raised_at desc, kind asc, subject asc
limit :rows_max
