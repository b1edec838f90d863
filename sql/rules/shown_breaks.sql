-- The largest breaks that change, of each currency in turn: amounts of two are never compared.
select
    compared_break.change,
    cast(compared_break.break_id as text) as break_id,
    compared_break.code_before,
    compared_break.code_after,
    recon.decimal_text(
        coalesce(compared_break.after_minor, compared_break.before_minor), compared_break.currency
    ) as amount,
    compared_break.currency,
    compared_break.business_date,
    anchor.subject,
    compared_break.explanation
from compared_break
left join lateral (
    select entry.source || ':' || entry.txn_id as subject
    from staging.entry
    where entry.entry_id = compared_break.entry_id
    order by entry.version desc
    limit 1
) as anchor on true
where compared_break.change <> 'same'
order by
    row_number() over (
        partition by compared_break.currency
        order by
            abs(coalesce(compared_break.after_minor, compared_break.before_minor)) desc,
            compared_break.break_id asc
    ) asc,
    compared_break.currency <> 'INR' asc,
    compared_break.currency collate "C" asc
limit :rows_max
