-- Ledger rows that belong to no reconciliation, told on the edge that tells of their source.
insert into wanted_break (
    subject_kind, subject_key, entry_id, source, account_id, code, amount_minor, currency,
    business_date, explanation
)
select
    'entry' as subject_kind,
    live_entry.subject_key,
    live_entry.entry_id,
    live_entry.source,
    live_entry.account_id,
    'NO_EDGE' as code,
    live_entry.amount_minor,
    live_entry.currency,
    live_entry.day as business_date,
    concat(
        'No reconciliation takes it: ', recon.decimal_text(
            live_entry.amount_minor, live_entry.currency
        ), ' ', live_entry.currency, coalesce(' on account ••••' || account.last4, ''),
        coalesce(' of bank ' || entry.bank_code, ', of no bank'),
        case when entry.order_id is null then ', without an order' else ', with an order' end,
        coalesce(', ' || entry.transaction_type, ''), '; nobody looks for its other side.'
    ) as explanation
from recon.no_edge_entry
inner join recon.live_entry on no_edge_entry.entry_id = live_entry.entry_id
inner join staging.entry
    on live_entry.entry_id = entry.entry_id and live_entry.version = entry.version
left join ops.account on live_entry.account_id = account.account_id
where
    no_edge_entry.reconciliation = :reconciliation
    and live_entry.status <> 'FAILED'
