-- What no pass seated. Failed and pending entries move no money: information; so is what was
-- given at go-live as not open on this edge.
-- due_at and reason come with list_standing, which looks at every open entry each run.
insert into recon.open_entry (
    reconciliation, entry_id, version, side, source, account_id, currency, amount_minor,
    status, business_date, role
)
select
    :reconciliation as reconciliation,
    open_entry.entry_id,
    open_entry.version,
    open_entry.side,
    open_entry.source,
    open_entry.account_id,
    open_entry.currency,
    open_entry.amount_minor,
    open_entry.status,
    open_entry.day as business_date,
    case
        when open_entry.status <> 'SUCCESS' or opening_item.source is not null then 'information'
        else 'money'
    end as role
from open_entry
left join ops.opening_item
    on
        open_entry.source = opening_item.source
        and open_entry.entry_key = opening_item.entry_key
        and :reconciliation <> all(opening_item.open_on)
