-- Open breaks of business days up to :until (null: all) by code and ageing bucket.
select
    reconciliation,
    code,
    age_bucket,
    currency,
    count(*) as breaks,
    cast(sum(amount_minor) as bigint) as amount_minor
from report.open_breaks
where
    reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
    and business_date <= coalesce(cast(:until as date), business_date)
group by reconciliation, code, age_bucket, currency
