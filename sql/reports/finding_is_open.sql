-- Whether a finding of the quarantine still stands.
select known_to is null as is_open
from staging.quarantine
where quarantine_id = :quarantine_id
