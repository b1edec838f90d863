-- What is done inside [:interval_from, :interval_to): sources that are landed and staged,
-- reconciliations that have run.
select
    subject,
    interval_from,
    interval_to
from recon.run
where
    step in ('land', 'stage', 'reconcile')
    and interval_from >= :interval_from
    and interval_to <= :interval_to
group by subject, interval_from, interval_to
having
    bool_and(state = 'done')
    and count(*) = case when bool_or(step = 'reconcile') then 1 else 2 end
