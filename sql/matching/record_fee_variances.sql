-- Settlement lines, seated with their payment, whose fee is not what the contract says for the
-- payment's method: a discount of so many hundredths of a percent, and GST on it. The fee holds
-- its GST. A paisa is rounding. Amounts: theirs less the contract's, as the account sees it.
insert into recon.fee_variance (
    reconciliation, match_group_id, entry_id, code, amount_minor, explanation
)
with

lines as (

    select
        found_group.match_group_id,
        payment.entry_id,
        payment.txn_id,
        payment.raw_method,
        line.currency,
        line.gross_minor,
        line.fee_minor,
        line.tax_minor,
        line.fee_minor - line.tax_minor as discount_minor,
        rate.bps,
        cast(round(line.gross_minor * rate.bps / 10000.0) as bigint) as agreed_minor,
        cast(round((line.fee_minor - line.tax_minor) * :gst_percent / 100.0) as bigint)
            as agreed_tax_minor
    from seated
    inner join staging.entry as line
        on seated.entry_id = line.entry_id and seated.version = line.version
    inner join found_group on seated.group_key = found_group.group_key
    inner join seated as paid
        on seated.group_key = paid.group_key and paid.side = :ledger_side
    inner join staging.entry as payment
        on paid.entry_id = payment.entry_id and paid.version = payment.version
    inner join unnest(cast(:mdr_methods as text[]), cast(:mdr_bps as integer[])) as rate (method, bps)
        on payment.raw_method = rate.method
    where
        seated.side <> :ledger_side
        and line.transaction_type = 'PAYMENT'
        and line.fee_minor is not null
        and line.tax_minor is not null
        and line.currency = 'INR'

),

coded as (

    select
        *,
        case
            when bps = 0 and discount_minor > 0 then 'FEE_ZERO_MDR_CHARGED'
            when abs(discount_minor - agreed_minor) > 1 then 'FEE_MDR_VARIANCE'
            when abs(tax_minor - agreed_tax_minor) > 1 then 'TAX_GST_VARIANCE'
        end as code
    from lines

)

select
    :reconciliation as reconciliation,
    match_group_id,
    entry_id,
    code,
    case code
        when 'TAX_GST_VARIANCE' then agreed_tax_minor - tax_minor
        else agreed_minor - discount_minor
    end as amount_minor,
    concat(
        'Settled ', txn_id, ', ', raw_method, ', ', recon.decimal_text(gross_minor, currency), ' ',
        currency, ': fee ', recon.decimal_text(discount_minor, currency), ' and GST ',
        recon.decimal_text(tax_minor, currency), '; the contract says ',
        recon.decimal_text(agreed_minor, currency), ' (', round(bps / 100.0, 2), ' %) and ',
        :gst_percent, ' % of the fee.'
    ) as explanation
from coded
where code is not null
