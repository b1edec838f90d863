-- One finding a settlement: its lines against the header and the credit, or no credit at
-- all. The header is the gateway's own word, so lines unlike it are ARITHMETIC first.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
with

judged as (

    select
        *,
        credits > 0 and credit_currency <> currency as is_other_currency,
        case
            when
                header_minor <> lines_minor
                and (credits = 0 or credits_minor in (header_minor, lines_minor))
                then 'ARITHMETIC'
            when credits = 0 then case when is_due then 'MIS_IN_BANK' end
            when credit_currency <> currency then 'CURRENCY'
            when
                currency = 'INR'
                and credits = 1
                and credits_minor <> lines_minor
                and abs(credits_minor - lines_minor) <= :rounding_minor_max
                then 'AMT_ROUNDING'
            when credits_minor = lines_minor then 'DATE'
            when credits_minor < lines_minor and credit_minor_most <> lines_minor then 'AMT_SHORT'
            when credit_minor_least <> lines_minor and credit_minor_most <> lines_minor
                then 'AMT_OVER'
            when credits > 1 then 'AMBIGUOUS'
            else 'DATE'
        end as code
    from utr_set
    where lines > 0

)

select
    judged.line_id as anchor_id,
    scene.entry_id,
    judged.code,
    cast(
        case
            -- No sum across currencies, whatever the code.
            when judged.credits = 0 or judged.is_other_currency then judged.lines_minor
            else judged.credits_minor - judged.lines_minor
        end as bigint
    ) as amount_minor,
    concat(
        'Settlement UTR ', judged.settlement_utr, ': ', judged.lines,
        case judged.lines when 1 then ' line' else ' lines' end,
        ' of ', to_char(judged.line_day_first, 'YYYY-MM-DD'),
        case
            when judged.line_day_last > judged.line_day_first
                then ' to ' || to_char(judged.line_day_last, 'YYYY-MM-DD')
        end,
        case judged.lines when 1 then ' gives ' else ' give ' end,
        recon.decimal_text(cast(judged.lines_minor as bigint), judged.currency),
        case when judged.is_other_currency then ' ' || judged.currency end,
        case
            when judged.header_minor is null then ', no header sent'
            else
                ', the header says '
                || recon.decimal_text(cast(judged.header_minor as bigint), judged.currency)
        end,
        case
            when judged.credits = 0 then '; no bank credit carries the UTR.'
            else concat(
                '; ', judged.credits,
                case judged.credits when 1 then ' bank credit of ' else ' bank credits of ' end,
                recon.decimal_text(cast(judged.credits_minor as bigint), judged.credit_currency),
                case when judged.is_other_currency then ' ' || judged.credit_currency end,
                ' (', array_to_string(judged.credits_named, ', '),
                case when judged.credits > 3 then ', …' end, ')',
                case judged.code when 'DATE' then ', outside its days.' else '.' end
            )
        end
    ) as explanation
from judged
inner join scene
    on
        judged.settlement_utr = scene.settlement_utr
        and scene.is_open
        and scene.status = 'SUCCESS'
where judged.code is not null
