-- Files that are due by their source's own schedule and have not come: one break a file.
insert into wanted_break (
    subject_kind, subject_key, source, account_id, code, amount_minor, currency, business_date,
    explanation
)
select
    'source_interval' as subject_kind,
    concat_ws(
        ':',
        missing_file.source,
        missing_file.dataset,
        nullif(encode(missing_file.number_index, 'hex'), ''),
        missing_file.day
    ) as subject_key,
    missing_file.source,
    account.account_id,
    'MIS_FILE' as code,
    0 as amount_minor,
    coalesce(account.currency, 'INR') as currency,
    missing_file.day as business_date,
    concat(
        'The file of ', missing_file.source, ', ', missing_file.dataset, ', for ',
        'account ••••' || missing_file.last4 || ' on ', missing_file.day, ' was due by ',
        to_char(missing_file.due_at at time zone 'Asia/Kolkata', 'YYYY-MM-DD HH24:MI'),
        ' IST and has not come; entries whose partner could only be there are held back.'
    ) as explanation
from missing_file
left join ops.account on missing_file.account_id = account.account_id
where missing_file.is_late
