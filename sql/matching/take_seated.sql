-- What the bulk engine seated is no longer open.
delete from open_entry
where entry_id in (select seated.entry_id from seated)
