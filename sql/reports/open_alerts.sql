-- What was raised and has not cleared, newest first.
select
    kind,
    subject,
    detail,
    raised_at
from report.alerts
where cleared_at is null
order by raised_at desc
limit 20
