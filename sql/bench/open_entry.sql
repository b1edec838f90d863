-- Both sides in the columns that the passes read, as recon.live_entry shows them.
with

held as (

    select
        'ledger' as side,
        ledger.*
    from ledger

    union all

    select
        'bank' as side,
        bank.*
    from bank

)

select
    entry_id,
    1 as version,
    side,
    side as source,
    side || ':' || entry_id as subject_key,
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
