-- Rules whose trial found wrong matches are put in force only by somebody who says so.
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
