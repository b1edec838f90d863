-- Ledger and statement balance of each wanted day. Where none is given for the day itself
-- the last one before it is carried on by that side's own movements, and before the first
-- by what the account opened with (at go-live, or else what the first balance implies).
create temporary table balance_day on commit drop as
with

anchored as (

    -- What the account would have opened with for this balance to be right.
    select
        given_balance.*,
        given_balance.amount_minor - case given_balance.kind
            when 'ledger' then position.ledger_minor
            else position.external_minor
        end as opening_minor
    from given_balance
    inner join position
        on
            given_balance.account_no = position.account_no
            and given_balance.currency = position.currency
            and given_balance.business_date = position.business_date

),

openings as (

    select
        accounts.account_no,
        accounts.currency,
        kinds.kind,
        coalesce(
            case kinds.kind
                when 'ledger' then account.opening_ledger_minor
                else account.opening_statement_minor
            end,
            (
                array_agg(anchored.opening_minor order by anchored.business_date)
                filter (where anchored.opening_minor is not null)
            )[1],
            0
        ) as opening_minor
    from (select distinct
        account_no,
        currency
    from position) as accounts
    cross join (values ('ledger'), ('statement')) as kinds (kind)
    left join ops.account
        on accounts.account_no = account.account_id and accounts.currency = account.currency
    left join anchored
        on
            accounts.account_no = anchored.account_no
            and accounts.currency = anchored.currency
            and kinds.kind = anchored.kind
    group by
        accounts.account_no, accounts.currency, kinds.kind,
        account.opening_ledger_minor, account.opening_statement_minor

)

select
    position.account_no,
    position.currency,
    position.business_date,
    openings.kind,
    openings.opening_minor,
    coalesce(last_given.opening_minor, openings.opening_minor) + case openings.kind
        when 'ledger' then position.ledger_minor
        else position.external_minor
    end as balance_minor,
    coalesce(last_given.business_date = position.business_date, false)
    or coalesce(last_given.movement_minor = case openings.kind
        when 'ledger' then position.ledger_minor
        else position.external_minor
    end, false) as is_given
from position
inner join openings
    on position.account_no = openings.account_no and position.currency = openings.currency
left join lateral (
    select
        anchored.business_date,
        anchored.opening_minor,
        anchored.amount_minor - anchored.opening_minor as movement_minor
    from anchored
    where
        anchored.kind = openings.kind
        and anchored.account_no = position.account_no
        and anchored.currency = position.currency
        and anchored.business_date <= position.business_date
    order by anchored.business_date desc
    limit 1
) as last_given on true
where position.is_wanted
