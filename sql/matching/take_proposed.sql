-- What the last pass seated is no longer open.
delete from open_entry
where entry_id in (select proposed.entry_id from proposed)
