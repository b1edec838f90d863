-- Staging counts a delivery's rows from 0; people count from 1, and ask for the file by its name.
create or replace view report.quarantine as
select
    quarantine.quarantine_id,
    quarantine.source,
    quarantine.dataset,
    quarantine.delivery_id,
    quarantine.row_no + 1 as row_no,
    quarantine.source_id,
    quarantine.business_date,
    report.masked(account.last4) as account_id,
    quarantine.code,
    quarantine.reason,
    quarantine.known_from,
    cast(null as timestamptz) as known_to,
    report.mask_digits(delivery.name) as delivery_name
from staging.quarantine
inner join raw.delivery on quarantine.delivery_id = delivery.delivery_id
left join ops.account on quarantine.account_id = account.account_id
where
    quarantine.known_from <= report.as_of()
    and (quarantine.known_to is null or quarantine.known_to > report.as_of());
comment on view report.quarantine is 'Which rows and files were refused, and why? row_no counts a delivery''s rows from 1; null is all of it.';
