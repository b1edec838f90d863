-- Who gets keys of a weaker tier: what the stronger ones left open.
insert into keyed_entry (entry_id, side)
select
    entry_id,
    side
from open_entry
