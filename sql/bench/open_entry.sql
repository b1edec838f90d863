-- The entries of one side in the columns that the passes read, as recon.live_entry shows them.
select
    entry_id,
    1 as version,
    cast(:side as text) as side,
    cast(:side as text) as source,
    cast(:side as text) || ':' || entry_id as subject_key,
    cast(entry_id as text) as txn_id,
    account_id,
    amount_minor,
    'INR' as currency,
    'SUCCESS' as status,
    moment,
    day,
    settlement as settlement_utr,
    reference as rrn,
    reference_key as rrn_key,
    cast(null as text) as utr,
    cast(null as bigint) as utr_key,
    cast(null as text) as reference_text,
    false as is_transfer
from held
