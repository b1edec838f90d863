-- Breaks that are not resolved, by code.
select
    code,
    count(*) as breaks
from recon.break
where
    reconciliation = :reconciliation
    and status <> 'RESOLVED'
group by code
order by code
