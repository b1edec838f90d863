-- Statements that do not continue and that no known cause explains: one break an account,
-- day and check.
insert into wanted_break (
    subject_kind, subject_key, source, account_id, code, amount_minor, currency, business_date,
    explanation
)
select
    'account_day' as subject_kind,
    concat_ws(
        '|', encode(account.number_index, 'hex'), gap.business_date, gap.currency,
        case gap.cause when 'STM_CONTINUITY' then 'continuity' else 'consistency' end
    ) as subject_key,
    (cast(:external_sources as text[]))[1] as source,
    gap.account_no as account_id,
    gap.cause as code,
    cast(sum(gap.amount_minor) as bigint) as amount_minor,
    gap.currency,
    gap.business_date,
    concat(
        'Account ••••', account.last4, ': ', case gap.cause
            when 'STM_CONTINUITY' then 'the statement does not continue the one before it'
            else 'the running balance does not follow from the movements'
        end,
        ', off by ',
        string_agg(
            concat(
                recon.decimal_text(cast(gap.amount_minor as bigint), gap.currency), ' ',
                gap.currency, ' before ',
                to_char(gap.after_at at time zone 'Asia/Kolkata', 'YYYY-MM-DD HH24:MI:SS')
            ),
            ', ' order by gap.after_at, gap.amount_minor
        ),
        '.'
    ) as explanation
from gap
inner join ops.account on gap.account_no = account.account_id
where gap.cause in ('STM_CONSISTENCY', 'STM_CONTINUITY')
group by
    gap.account_no, account.number_index, account.last4, gap.business_date, gap.currency, gap.cause
