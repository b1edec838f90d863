-- Loads of days up to :until that became known after it.
select count(*) as loads
from staging.load
where
    source = any(:sources)
    and interval_to <= :until
    and known_at > :until
