analyze staging.entry (entry_id, version, source, entry_key, account_id, booking_date, load_id, retired_load_id, known_to)
