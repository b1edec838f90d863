-- Fees that are not the contract's, each a break of the payment it was taken from.
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
    fee_variance.code,
    fee_variance.amount_minor,
    live_entry.currency,
    live_entry.day as business_date,
    fee_variance.explanation
from recon.fee_variance
inner join recon.live_entry on fee_variance.entry_id = live_entry.entry_id
where fee_variance.reconciliation = :reconciliation
