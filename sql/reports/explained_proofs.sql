-- Account days since :since whose difference has causes or is unexplained, worst first.
-- Parameters: :since, :rows_max.
select
    reconciliation,
    account_id,
    business_date,
    currency,
    state,
    explained_minor,
    unexplained_minor,
    causes
from report.account_proof
where
    business_date >= :since
    and state in ('explained', 'unexplained', 'unreadable')
order by state desc, business_date desc, reconciliation asc, account_id asc
limit :rows_max
