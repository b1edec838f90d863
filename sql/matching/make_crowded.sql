-- Entries that the passes do not search, put aside until the last has run.
create temporary table crowded (like open_entry) on commit drop
