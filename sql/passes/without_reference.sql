-- Pass: one ledger entry to one bank entry of the same account, currency and signed amount,
-- both SUCCESS, of which at least one has no reference at all. Unique both ways: in a run of
-- days with steps of at most :days_apart_max there is no other open entry of that account and
-- amount, on either side.
-- Returns (group_key, entry_id, reason).
with

entries as (

    select
        entry_id,
        side = :ledger_side as is_ledger,
        account_id,
        currency,
        amount_minor,
        day,
        rrn is null and utr is null and reference_text is null as is_bare
    from open_entry
    where status = 'SUCCESS' and account_id is not null

),

stepped as (

    select
        *,
        case
            when day - lag(day) over same_amount > :days_apart_max then 1
            else 0
        end as is_further
    from entries
    window same_amount as (partition by account_id, currency, amount_minor order by day)

),

islands as (

    select
        *,
        sum(is_further) over (
            partition by account_id, currency, amount_minor
            order by day
        ) as island
    from stepped

),

pairs as (

    select
        currency,
        amount_minor,
        min(entry_id) filter (where is_ledger) as ledger_id,
        min(entry_id) filter (where not is_ledger) as external_id
    from islands
    group by account_id, currency, amount_minor, island
    having
        count(*) = 2
        and count(*) filter (where is_ledger) = 1
        and bool_or(is_bare)

)

select
    pairs.ledger_id as group_key,
    seat.entry_id,
    'no reference on one side: the only two of '
    || recon.decimal_text(pairs.amount_minor, pairs.currency) || ' ' || pairs.currency
    || ' on this account within ' || :days_apart_max || ' days' as reason
from pairs
cross join lateral (values (pairs.ledger_id), (pairs.external_id)) as seat (entry_id)
