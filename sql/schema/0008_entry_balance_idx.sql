-- What account and day are looked up for are running balances: only banks have them. The index
-- before led with the source, and was taken for keys too where the planner had no statistics.
create index entry_balance_idx on staging.entry (account_id, coalesce(booking_date, business_date))
where known_to is null and balance_minor is not null;
drop index staging.entry_day_idx;
