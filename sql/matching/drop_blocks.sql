-- Dirty entries lose their keys of the first tier; those that are still on the edge get them
-- anew.
delete from recon.entry_block
using dirty_entry
where
    entry_block.reconciliation = :reconciliation
    and entry_block.tier = 1
    and entry_block.entry_id = dirty_entry.entry_id
