analyze recon.match_item
