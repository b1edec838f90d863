-- Opening and closing of each day read: the first start and the last end.
insert into recon.statement_day (
    reconciliation, account_no, currency, business_date,
    opening_minor, opening_at, closing_minor, closing_at
)
select
    :reconciliation as reconciliation,
    opening.account_no,
    opening.currency,
    opening.business_date,
    opening.balance_minor as opening_minor,
    opening.moment as opening_at,
    closing.balance_minor as closing_minor,
    closing.moment as closing_at
from chain_end as opening
inner join chain_end as closing
    on
        opening.account_no = closing.account_no
        and opening.currency = closing.currency
        and opening.business_date = closing.business_date
where
    opening.is_start
    and opening.place = 1
    and not closing.is_start
    and closing.place = closing.places
