-- Pass: one ledger entry to one bank entry of the same account, currency and signed amount,
-- both SUCCESS, days at most :days_apart_max apart, whose references are one but for what was
-- cut off: one begins or ends with the other, or their digits are the same, of at least
-- :length_min characters. Whatever field they stand in. Unique both ways.
-- Returns (group_key, entry_id, reason).
with

tokens as (

    select
        open_entry.entry_id,
        open_entry.side = :ledger_side as is_ledger,
        open_entry.account_id,
        open_entry.currency,
        open_entry.amount_minor,
        open_entry.day,
        held.token,
        regexp_replace(held.token, '[^0-9]', '', 'g') as digits
    from open_entry
    cross join
        lateral (
            values (open_entry.rrn), (open_entry.utr), (open_entry.reference_text)
        ) as held (token)
    where
        open_entry.status = 'SUCCESS'
        and open_entry.account_id is not null
        and length(held.token) >= :length_min

),

alike as (

    select
        ledger.entry_id as ledger_id,
        external.entry_id as external_id,
        min(ledger.token || ' and ' || external.token) as tokens,
        min(case when ledger.token = external.token then ledger.token end) as same_token
    from tokens as ledger
    inner join tokens as external
        on
            ledger.account_id = external.account_id
            and ledger.currency = external.currency
            and ledger.amount_minor = external.amount_minor
            and abs(ledger.day - external.day) <= :days_apart_max
    where
        ledger.is_ledger
        and not external.is_ledger
        and (
            starts_with(ledger.token, external.token)
            or starts_with(external.token, ledger.token)
            or right(ledger.token, length(external.token)) = external.token
            or right(external.token, length(ledger.token)) = ledger.token
            or (ledger.digits = external.digits and length(ledger.digits) >= :length_min)
        )
    group by ledger.entry_id, external.entry_id

),

counted as (

    select
        ledger_id,
        external_id,
        tokens,
        same_token,
        count(*) over (partition by ledger_id) as externals,
        count(*) over (partition by external_id) as ledgers
    from alike

)

select
    counted.ledger_id as group_key,
    seat.entry_id,
    coalesce(
        'same reference ' || counted.same_token,
        'references alike but for what was cut off (' || counted.tokens || ')'
    ) || ', same account, amount and direction; no other fits' as reason
from counted
cross join lateral (values (counted.ledger_id), (counted.external_id)) as seat (entry_id)
where counted.externals = 1 and counted.ledgers = 1
