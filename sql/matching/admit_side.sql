-- Dirty entries that are live and belong to the side :side. `:admits` is the side's own
-- clause, checked and written by reconciliation/where.py. What was given at go-live as not
-- open on this edge stays out, but where a later refund needs it to find its order.
-- The source is hidden from its index: the ids find the rows, and a source is half of history.
insert into closure_entry (entry_id, side, round)
select
    entry.entry_id,
    :side as side,
    0 as round
from staging.entry
inner join dirty_entry on entry.entry_id = dirty_entry.entry_id
where
    entry.known_to is null
    and entry.source || '' = any(:sources)
    and (:admits)
    and (
        :shape = 'three_way'
        or (entry.source, entry.entry_key) not in (
            select
                opening_item.source,
                opening_item.entry_key
            from ops.opening_item
            where :reconciliation <> all(opening_item.open_on)
        )
    )
