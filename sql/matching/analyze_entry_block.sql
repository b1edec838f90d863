analyze recon.entry_block
