-- Rows and files that were refused, told on the first edge that names their source.
insert into wanted_break (
    subject_kind, subject_key, source, account_id, code, amount_minor, currency, business_date,
    explanation
)
select
    'row' as subject_kind,
    concat_ws(':', refused_row.source, refused_row.dataset, refused_row.row_key) as subject_key,
    refused_row.source,
    refused_row.account_id,
    refused_row.code,
    coalesce(refused_row.amount_minor, 0) as amount_minor,
    coalesce(account.currency, 'INR') as currency,
    refused_row.business_date,
    'The row was refused: ' || refused_row.reason as explanation
from refused_row
left join ops.account on refused_row.account_id = account.account_id
where refused_row.source = any(:anchored_sources)

union all

select
    'delivery' as subject_kind,
    refused.source || ':' || refused.part as subject_key,
    refused.source,
    refused.account_id,
    refused.code,
    0 as amount_minor,
    coalesce(account.currency, 'INR') as currency,
    cast(refused.range_from at time zone 'Asia/Kolkata' as date) as business_date,
    'The whole delivery was refused: ' || refused.reason as explanation
from refused
left join ops.account on refused.account_id = account.account_id
where refused.source = any(:anchored_sources)
