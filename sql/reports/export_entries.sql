-- Entries as they were known at report.as_of, of :sources. Amounts are unsigned decimals
-- beside their direction; numbers of our accounts show their last four, in narrations too.
with

ours as (

    -- Any of our accounts written out inside a text: nine digits or more that end like one.
    select '\d{5,}(' || coalesce(string_agg(distinct last4, '|'), 'none') || ')(?!\d)' as pattern
    from report.accounts
    where last4 ~ '^\d{4}$'

)

select
    entry.source,
    entry.txn_id,
    recon.decimal_text(abs(entry.amount_minor), entry.currency) as amount,
    entry.direction,
    entry.currency,
    entry.status,
    coalesce(
        to_char(entry.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS')
        || rtrim(rtrim(to_char(entry.occurred_at at time zone 'UTC', '.US'), '0'), '.') || 'Z',
        ''
    ) as timestamp,
    coalesce(cast(entry.value_date as text), '') as value_date,
    coalesce('••••' || account.last4, '') as account_id,
    coalesce(entry.bank_code, '') as bank_code,
    coalesce(entry.channel, '') as channel,
    coalesce(entry.transaction_type, '') as transaction_type,
    coalesce(entry.reference_number, '') as reference_number,
    coalesce(regexp_replace(entry.description, ours.pattern, '••••\1', 'g'), '') as description,
    coalesce(entry.settlement_utr, '') as settlement_utr,
    coalesce(entry.order_id, '') as order_id,
    entry.version
from staging.entry
cross join ours
left join ops.account on entry.account_id = account.account_id
where
    entry.source = any(:sources)
    and entry.known_from <= report.as_of()
    and (
        entry.known_to is null
        or entry.known_to > report.as_of()
    )
order by entry.source collate "C", entry.txn_id collate "C", entry.entry_id
