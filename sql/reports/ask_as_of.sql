-- What this transaction's report views show: what was known at :as_of (null: everything).
select
    set_config(
        'report.as_of',
        coalesce(cast(cast(:as_of as timestamptz) as text), ''),
        true
    ) as as_of
