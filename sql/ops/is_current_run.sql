-- Whether this attempt is still the latest of its run.
select attempt = :attempt as is_current
from recon.run
where run_id = :run_id
