-- Pass: one ledger entry to one bank entry with the same :reference ('rrn' or 'utr'), account,
-- currency and direction, both SUCCESS, days at most :days_apart_max apart, whose amounts differ
-- by what :cause names: at most :minor_max either way, or, where it is not blank, one of the
-- amounts :minors (paise, comma between) that the bank kept: in rupees only, a hundred minor units
-- are no rounding in yen. Unique both ways among all that share the reference. The difference
-- stays in the group, as an adjustment; one above :approval_minor (paise) is for people, and stays
-- a break that says so (breaks/ledger_bank_contradictions).
-- Returns (group_key, entry_id, reason).
with

entries as (

    select
        entry_id,
        side = :ledger_side as is_ledger,
        account_id,
        currency,
        amount_minor,
        sign(amount_minor) as direction,
        day,
        case :reference when 'rrn' then rrn else utr end as reference
    from open_entry
    where
        status = 'SUCCESS'
        and currency = 'INR'
        and account_id is not null
        and case :reference when 'rrn' then rrn else utr end is not null

),

pairs as (

    select
        ledger.entry_id as ledger_id,
        external.entry_id as external_id,
        external.amount_minor - ledger.amount_minor as difference_minor,
        ledger.currency,
        ledger.reference,
        abs(ledger.day - external.day) <= :days_apart_max as is_near,
        count(*) over (partition by ledger.entry_id) as externals,
        count(*) over (partition by external.entry_id) as ledgers
    from entries as ledger
    inner join entries as external
        on
            ledger.reference = external.reference
            and ledger.account_id = external.account_id
            and ledger.currency = external.currency
            and ledger.direction = external.direction
    where ledger.is_ledger and not external.is_ledger

)

select
    pairs.ledger_id as group_key,
    seat.entry_id,
    'same ' || upper(:reference) || ' ' || pairs.reference
    || ', account and direction; the difference of '
    || recon.decimal_text(pairs.difference_minor, pairs.currency) || ' is ' || :cause as reason
from pairs
cross join lateral (values (pairs.ledger_id), (pairs.external_id)) as seat (entry_id)
where
    pairs.externals = 1
    and pairs.ledgers = 1
    and pairs.is_near
    and abs(pairs.difference_minor) <= :approval_minor
    and case
        when :minors = '' then abs(pairs.difference_minor) <= :minor_max
        else cast(-pairs.difference_minor as text) = any(string_to_array(:minors, ','))
    end
