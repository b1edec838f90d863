-- Temporary tables are analysed by nobody else; without it the merge plans for ten rows.
analyze staged_entry
