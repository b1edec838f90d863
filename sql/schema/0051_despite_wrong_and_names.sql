-- What strangers missed. Rules whose trial found wrong matches are put in force only by somebody who
-- says so.
alter table recon.promotion add column despite_wrong boolean not null default false;
comment on column recon.promotion.despite_wrong is 'Its trials found wrong matches by the truth, and who promoted it knew.';

create or replace view report.promotions as
select
    promotion.reconciliation,
    promotion.version,
    promotion.sha256,
    promotion.definition ->> 'yaml' as definition,
    promotion.tested_by,
    backtest.interval_from as tested_from,
    backtest.interval_to as tested_to,
    backtest.result as tested_result,
    promotion.promoted_by,
    promotion.promoted_at,
    report.mask_digits(promotion.comment) as comment,
    promotion.known_from,
    promotion.despite_wrong
from recon.promotion
inner join recon.backtest on promotion.backtest_id = backtest.backtest_id
where promotion.known_from <= report.as_of();

-- A difference above approval_minor is no longer let pass, so nothing that was waits for anybody.
drop view report.adjustments;
alter table recon.adjustment drop column needs_approval;
create view report.adjustments as
select
    reconciliation,
    match_group_id,
    pass_name,
    cause,
    report.amount(amount_minor, currency) as amount,
    currency,
    known_from,
    cast(null as timestamptz) as known_to
from recon.adjustment
where
    known_from <= report.as_of()
    and (known_to is null or known_to > report.as_of());
comment on view report.adjustments is 'Which differences were let pass, and under which name?';

-- A file is called in the quarantine as in the reason beside it: ••••2345, not the token that
-- stands in its place where names are kept.
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
    regexp_replace(
        report.mask_digits(delivery.name), '[a-p]{16}-(?=[0-9]{4}(?![0-9]))', '••••', 'g'
    ) as delivery_name
from staging.quarantine
inner join raw.delivery on quarantine.delivery_id = delivery.delivery_id
left join ops.account on quarantine.account_id = account.account_id
where
    quarantine.known_from <= report.as_of()
    and (quarantine.known_to is null or quarantine.known_to > report.as_of());
