-- What the load found.
update staging.load
set
    rows_parsed = :rows_parsed,
    entries_new = :entries_new,
    entries_changed = :entries_changed,
    entries_retracted = :entries_retracted,
    rows_quarantined = :rows_quarantined,
    rows_repeated = :rows_repeated,
    rows_outside = :rows_outside,
    rows_of_no_entry = :rows_of_no_entry
where load_id = :load_id
