-- The first and the last day at whose end an account's opening balances stood.
select
    min(opening_date) as first_day,
    max(opening_date) as last_day
from ops.account
