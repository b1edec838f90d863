analyze recon.open_entry
