-- The first open entry of :reconciliation that is not what its live entry is, or is also seated.
select
    open_entry.entry_id,
    concat_ws(
        ', ', open_entry.source, open_entry.account_id, open_entry.currency,
        open_entry.amount_minor, open_entry.status, open_entry.business_date, open_entry.side
    ) as stored,
    case
        when entry.entry_id is null then 'no such version'
        when match_item.entry_id is not null then 'seated in a match group'
        else concat_ws(
            ', ', entry.source, entry.account_id, entry.currency, entry.amount_minor,
            entry.status, coalesce(entry.booking_date, entry.business_date), belongs.side
        )
    end as again
from recon.open_entry
left join staging.entry
    on open_entry.entry_id = entry.entry_id and open_entry.version = entry.version
left join recon.match_item
    on
        match_item.reconciliation = :reconciliation
        and open_entry.entry_id = match_item.entry_id
left join unnest(cast(:source_sides as text[]), cast(:sources as text[])) as belongs (side, source)
    on entry.source = belongs.source and open_entry.side = belongs.side
where
    open_entry.reconciliation = :reconciliation
    and (
        match_item.entry_id is not null
        or (
            open_entry.source, open_entry.account_id, open_entry.currency,
            open_entry.amount_minor, open_entry.status, open_entry.business_date, open_entry.side
        ) is distinct from (
            entry.source, entry.account_id, entry.currency,
            entry.amount_minor, entry.status, coalesce(entry.booking_date, entry.business_date),
            belongs.side
        )
    )
order by open_entry.entry_id
limit 1
