-- No pass seats together what people took apart: the whole proposal falls, and its entries
-- stay open for the passes after it.
delete from proposed
where proposed.group_key in (
    select together.group_key
    from proposed as together
    inner join parted_entry on together.entry_id = parted_entry.entry_id
    group by together.group_key, parted_entry.decision_id
    having count(*) > 1
)
