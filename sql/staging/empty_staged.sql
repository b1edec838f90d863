-- Make room for the next chunk of the load.
truncate staged_entry, known_entry, staged_balance, staged_settlement, staged_quarantine
