-- The proof of each account day up to :until (null: all).
select
    reconciliation,
    account_id,
    business_date,
    currency,
    explained_minor,
    unexplained_minor,
    is_independent,
    state,
    causes
from report.account_proof
where
    reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
    and business_date <= coalesce(cast(:until as date), business_date)
