-- The last definition put in force for each edge, word for word.
select distinct on (promotion.reconciliation)
    promotion.reconciliation,
    promotion.definition ->> 'yaml' as yaml
from recon.promotion
order by promotion.reconciliation asc, promotion.promotion_id desc
