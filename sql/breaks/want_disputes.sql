-- Chargebacks by their lines (adjustments that name a dispute): money that was taken and has not
-- come back, and money that is promised back, or came back in part, and is not here. One break a
-- dispute, on the line that took it.
insert into wanted_break (
    subject_kind, subject_key, entry_id, source, account_id, code, amount_minor, currency,
    business_date, explanation
)
with

lines as (

    select
        live_entry.*,
        entry.dispute_id,
        entry.settlement_id,
        live_entry.moment + make_interval(
            hours => coalesce((cast(:due_hours as integer[]))[2], 24)
        ) <= :as_of as is_over
    from staging.entry
    inner join recon.live_entry
        on entry.entry_id = live_entry.entry_id and entry.version = live_entry.version
    where
        entry.source = any(:external_sources)
        and entry.dispute_id is not null
        and entry.known_to is null
        and entry.transaction_type not in ('PAYMENT', 'REFUND', 'TRANSFER')

),

disputes as (

    select
        source,
        dispute_id,
        currency,
        (array_agg(entry_id order by amount_minor < 0 desc, moment asc, txn_id asc))[1] as anchor_id,
        coalesce(sum(amount_minor) filter (where amount_minor < 0 and status = 'SUCCESS'), 0)
            as taken_minor,
        coalesce(sum(amount_minor) filter (where amount_minor > 0 and status = 'SUCCESS'), 0)
            as returned_minor,
        coalesce(sum(amount_minor) filter (where amount_minor > 0 and status = 'PENDING' and is_over), 0)
            as promised_minor,
        min(moment) filter (where amount_minor > 0 and status = 'PENDING') as promised_at
    from lines
    group by source, dispute_id, currency

),

coded as (

    select
        *,
        case
            when taken_minor = 0 and promised_minor > 0 then 'CBK_WON_NOT_CREDITED'
            when taken_minor + returned_minor >= 0 then null
            when returned_minor > 0 or promised_minor > 0 then 'CBK_WON_NOT_CREDITED'
            else 'CBK_UNMATCHED'
        end as code
    from disputes

)

select
    'entry' as subject_kind,
    line.subject_key,
    line.entry_id,
    line.source,
    line.account_id,
    coded.code,
    cast(
        case
            when coded.taken_minor = 0 then coded.promised_minor
            else coded.taken_minor + coded.returned_minor
        end as bigint
    ) as amount_minor,
    line.currency,
    line.day as business_date,
    concat(
        'Dispute ', coded.dispute_id,
        case
            when coded.taken_minor < 0
                then concat(
                    ' took ', recon.decimal_text(cast(-coded.taken_minor as bigint), line.currency),
                    ' ', line.currency, ' in settlement ', line.settlement_id
                )
        end,
        case
            when line.payment_id is null then ', naming no payment'
            when payment.entry_id is null
                then ', of payment ' || line.payment_id || ', which the gateway does not report'
            else concat(
                ', of payment ', line.payment_id, ' (',
                recon.decimal_text(payment.amount_minor, payment.currency), ' ', payment.currency,
                ', ', payment.business_date, ')'
            )
        end,
        case
            when coded.returned_minor > 0
                then concat(
                    '; only ',
                    recon.decimal_text(cast(coded.returned_minor as bigint), line.currency),
                    ' came back.'
                )
            when coded.promised_minor > 0
                then concat(
                    '; ', recon.decimal_text(cast(coded.promised_minor as bigint), line.currency),
                    ' is to come back since ',
                    to_char(coded.promised_at at time zone 'Asia/Kolkata', 'YYYY-MM-DD'),
                    ' and is not settled.'
                )
            else '; nothing has come back.'
        end
    ) as explanation
from coded
inner join lines as line on coded.anchor_id = line.entry_id
left join staging.entry as payment
    on
        payment.source = any(:ledger_sources)
        and line.payment_id = payment.entry_key
        and payment.known_to is null
where coded.code is not null
