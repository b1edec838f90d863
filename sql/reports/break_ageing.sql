-- Open breaks of business days up to :until (null: all) by code and ageing bucket.
select
    reconciliation,
    code,
    age_bucket,
    currency,
    count(*) as breaks,
    cast(sum(amount_minor) as bigint) as amount_minor,
    cast(sum(exposure_minor) as bigint) as exposure_minor,  -- null: unknown of all
    count(*) filter (where exposure_minor is null) as exposure_unknown,
    (array['low', 'medium', 'high', 'critical'])[
        max(array_position(array['low', 'medium', 'high', 'critical'], severity))
    ] as severity
from report.open_breaks
where
    reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
    and business_date <= coalesce(cast(:until as date), business_date)
group by reconciliation, code, age_bucket, currency
