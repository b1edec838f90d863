-- Temporary tables are analysed by nobody else; without it the merge plans for ten rows.
-- The key alone is joined by.
analyze staged_entry (entry_key)
