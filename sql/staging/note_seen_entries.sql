-- What this chunk read of what we hold.
insert into seen_entry (entry_id)
select entry_id
from known_entry
