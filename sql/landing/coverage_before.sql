-- Where the coverage of :source before :start ends; null when nothing before it is landed.
select max(interval_to) as covered_to
from raw.coverage
where
    source = :source
    and interval_from < :start
