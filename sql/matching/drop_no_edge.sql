-- What was known of the dirty entries: they are looked at again.
delete from recon.no_edge_entry
using dirty_entry
where no_edge_entry.entry_id = dirty_entry.entry_id
