-- Every migration this database has, with the checksum it was applied under.
select
    name,
    sha256
from migration.applied
order by name
