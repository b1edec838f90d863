-- Out of the passes' sight.
delete from open_entry
using crowded
where open_entry.entry_id = crowded.entry_id
