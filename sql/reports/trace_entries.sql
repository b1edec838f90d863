-- These entries in the version known at report.as_of, looked up one by one; accounts masked.
with

asked as (

    select asked.entry_id
    from unnest(cast(:entry_ids as bigint[])) as asked (entry_id)

)

select
    entry.entry_id,
    entry.source,
    entry.entry_key,
    entry.txn_id,
    entry.transaction_type,
    entry.status,
    entry.amount_minor,
    entry.currency,
    entry.moment,
    entry.day,
    entry.bank_code,
    report.masked(account.last4) as account_id,
    entry.order_id,
    entry.payment_id,
    entry.rrn,
    entry.utr,
    entry.settlement_id,
    upper(entry.settlement_utr) as settlement_utr,
    entry.gross_minor,
    entry.fee_minor,
    entry.tax_minor,
    entry.dispute_id
from asked
cross join
    lateral (
        select
            version.*,
            coalesce(version.booking_date, version.business_date) as day,
            coalesce(
                version.occurred_at,
                cast(coalesce(version.booking_date, version.business_date) as timestamp)
                at time zone 'Asia/Kolkata'
            ) as moment
        from staging.entry as version
        where
            version.entry_id = asked.entry_id
            and version.known_from <= report.as_of()
            and (version.known_to is null or version.known_to > report.as_of())
        order by version.version desc
        limit 1
    ) as entry
left join ops.account on entry.account_id = account.account_id
order by moment, entry.source, entry.txn_id
