-- The first live proof of :reconciliation that does not come out again. Days before :strict_from
-- are not looked at by a run unless something changed there, so an hour that came later may have
-- made another state of one: of these the figures must be the same, and add up.
with

stored as (

    select *
    from recon.proof
    where reconciliation = :reconciliation and known_to is null

),

compared as (

    select
        coalesce(stored.account_id, wanted.account_id) as account_no,
        coalesce(stored.business_date, wanted.business_date) as business_date,
        coalesce(stored.currency, wanted.currency) as currency,
        stored.business_date is null as is_lost,
        wanted.business_date is null as is_extra,
        -- The clearing account has none: a nought in its place is another stored value.
        coalesce(stored.account_id = 0, false) as is_nought,
        concat_ws(
            ', ', stored.ledger_balance_minor, stored.open_external_minor,
            stored.open_ledger_minor, stored.differences_minor, stored.statement_balance_minor
        ) as figures,
        concat_ws(
            ', ', wanted.ledger_balance_minor, wanted.open_external_minor,
            wanted.open_ledger_minor, wanted.differences_minor, wanted.statement_balance_minor
        ) as figures_again,
        concat_ws(
            ', ', stored.explained_minor, stored.unexplained_minor, stored.is_independent,
            stored.state, stored.causes
        ) as verdict,
        concat_ws(
            ', ', wanted.explained_minor, wanted.unexplained_minor, wanted.is_independent,
            wanted.state, wanted.causes
        ) as verdict_again,
        stored.explained_minor + stored.unexplained_minor as rest_minor,
        stored.statement_balance_minor - stored.ledger_balance_minor - stored.open_external_minor
        + stored.open_ledger_minor - stored.differences_minor as rest_again_minor
    from stored
    full outer join wanted_proof as wanted
        on
            coalesce(stored.account_id, 0) = coalesce(wanted.account_id, 0)
            and stored.business_date = wanted.business_date
            and stored.currency = wanted.currency

)

select
    account_no,
    business_date,
    currency,
    case
        when is_lost then 'no proof'
        when is_nought then 'account 0'
        else concat_ws(', ', figures, verdict)
    end as stored,
    case
        when is_extra then 'no such day'
        when is_nought then 'no account'
        else concat_ws(', ', figures_again, verdict_again)
    end as again
from compared
where
    is_extra
    or is_nought
    or (is_lost and business_date >= :strict_from)
    or (
        not is_lost
        and (
            figures <> figures_again
            or rest_minor <> rest_again_minor
            or (business_date >= :strict_from and verdict <> verdict_again)
        )
    )
order by account_no, currency, business_date
limit 1
