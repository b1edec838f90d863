-- Temporary tables are analysed by nobody else; without it the merge plans for ten rows.
-- The key alone: sampling forty columns costs as much as loading them.
analyze staged_entry (entry_key)
