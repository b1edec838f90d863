-- The accounts known at report.as_of, by the last four of their numbers.
select distinct last4
from report.accounts
order by last4
