-- The entries that the last pass proposed take their seats; take_proposed then takes them off
-- open_entry, so that no later pass can see them.
insert into seated (entry_id, version, side, group_key)
select
    open_entry.entry_id,
    open_entry.version,
    open_entry.side,
    proposed.group_key
from proposed
inner join open_entry on proposed.entry_id = open_entry.entry_id
