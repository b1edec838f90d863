-- Statements that came a second time under another name, told on the first edge that names their
-- source, until a person has seen it.
insert into wanted_break (
    subject_kind, subject_key, source, account_id, code, amount_minor, currency, business_date,
    explanation
)
select distinct on (twice.source, twice.dataset, twice.part)
    'delivery' as subject_kind,
    concat_ws(':', 'duplicate', twice.source, twice.dataset, twice.part) as subject_key,
    twice.source,
    twice.account_id,
    'STM_DUPLICATE' as code,
    0 as amount_minor,
    twice.currency,
    twice.business_date,
    concat(
        'The statement ', twice.part, coalesce(' of account ••••' || account.last4, ''),
        ' holds the very bytes of ', twice.same_part, ': nothing of it was taken again. If it',
        ' should have held others, they are missing.'
    ) as explanation
from staging.duplicate_statement as twice
left join ops.account on twice.account_id = account.account_id
where twice.source = any(:anchored_sources)
order by twice.source asc, twice.dataset asc, twice.part asc, twice.load_id asc
