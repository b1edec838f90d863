-- What no pass seated. Failed and pending entries move no money: information.
-- due_at and reason come with list_standing, which looks at every open entry each run.
insert into recon.open_entry (
    reconciliation, entry_id, version, side, source, account_id, currency, amount_minor,
    status, business_date, role
)
select
    :reconciliation as reconciliation,
    entry_id,
    version,
    side,
    source,
    account_id,
    currency,
    amount_minor,
    status,
    day as business_date,
    case status when 'SUCCESS' then 'money' else 'information' end as role
from open_entry
