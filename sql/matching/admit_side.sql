-- Dirty entries that are live and belong to the side :side. `:admits` is the side's own
-- clause, checked and written by reconciliation/where.py. What was given at go-live as not
-- open on this edge stays out, but where a later refund needs it to find its order.
insert into closure_entry (entry_id, side, round)
select
    entry.entry_id,
    :side as side,
    0 as round
from staging.entry
inner join dirty_entry on entry.entry_id = dirty_entry.entry_id
where
    entry.known_to is null
    and entry.source || '' = any(:sources)  -- found by their ids, never by the index of sources
    and (:admits)
    and (
        :shape = 'three_way'
        or not exists (
            select
            from ops.opening_item
            where
                opening_item.source = entry.source
                and opening_item.entry_key = entry.entry_key
                and :reconciliation <> all(opening_item.open_on)
        )
    )
