-- Dirty entries that are live and belong to the side :side. `:admits` is the side's own
-- clause, checked and written by reconciliation/where.py.
insert into closure_entry (entry_id, side, round)
select
    entry.entry_id,
    :side as side,
    0 as round
from staging.entry
inner join dirty_entry on entry.entry_id = dirty_entry.entry_id
where
    entry.known_to is null
    and entry.source = any(:sources)
    and (:admits)
