-- A reference that more entries share than the definition lets us search: one break a
-- reference, on the ledger side's first entry, and none for the entries themselves.
insert into wanted_break (
    subject_kind, subject_key, entry_id, source, account_id, code, amount_minor, currency,
    business_date, explanation
)
with

anchors as (

    select distinct on (crowd.block_key)
        live_entry.*,
        count(*) over (partition by crowd.block_key) as members
    from crowd
    inner join recon.live_entry on crowd.entry_id = live_entry.entry_id
    order by
        crowd.block_key asc,
        crowd.is_ledger desc,
        live_entry.moment asc,
        live_entry.source asc,
        live_entry.txn_id asc

)

select distinct on (subject_key)
    'entry' as subject_kind,
    subject_key,
    entry_id,
    source,
    account_id,
    'UNSEARCHED' as code,
    amount_minor,
    currency,
    day as business_date,
    concat(
        members, ' open entries share one reference, more than the ', :block_size_max,
        ' this edge searches: none of them was compared.'
    ) as explanation
from anchors
order by subject_key asc, members desc
