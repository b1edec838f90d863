-- Every place where a statement does not continue, inside a day or from one to the next
-- (the first from the opening balance at go-live), with the known cause that explains it.
create temporary table gap on commit drop as
with

seams as (

    select
        statement_day.account_no,
        statement_day.currency,
        statement_day.business_date,
        statement_day.opening_minor - coalesce(
            lag(statement_day.closing_minor) over chain, account.opening_statement_minor
        ) as amount_minor,
        coalesce(
            lag(statement_day.closing_at) over chain,
            cast(account.opening_date as timestamp) at time zone 'Asia/Kolkata'
        ) as before_at,
        statement_day.opening_at as after_at
    from recon.statement_day
    left join ops.account
        on
            statement_day.account_no = account.account_id
            and statement_day.currency = account.currency
    where statement_day.reconciliation = :reconciliation
    window chain as (
        partition by statement_day.account_no, statement_day.currency
        order by statement_day.business_date
    )

),

gaps as (

    select
        account_no,
        currency,
        business_date,
        amount_minor,
        before_at,
        after_at,
        is_between_files
    from recon.statement_gap
    where reconciliation = :reconciliation

    union all

    select
        account_no,
        currency,
        business_date,
        amount_minor,
        before_at,
        after_at,
        cast(:is_by_file as boolean) as is_between_files
    from seams
    where amount_minor <> 0

)

select
    gaps.*,
    case
        when exists (
            select
            from refused
            where
                refused.source = any(:external_sources)
                and coalesce(refused.account_id = gaps.account_no, true)
                and refused.range_from < gaps.after_at
                and refused.range_to > gaps.before_at
        ) then 'DQ_QUARANTINED'
        when exists (
            select
            from uncovered
            where
                uncovered.source = any(:external_sources)
                and coalesce(uncovered.account_id = gaps.account_no, true)
                and uncovered.range_from < gaps.after_at
                and uncovered.range_to > gaps.before_at
        ) then 'MIS_FILE'
        -- A row that was refused: of that amount on these days, or, where its amount cannot be
        -- read, one that stood in this very place.
        when exists (
            select
            from refused_row
            where
                refused_row.source = any(:external_sources)
                and coalesce(refused_row.account_id = gaps.account_no, true)
                and case
                    when refused_row.amount_minor is null
                        then
                            refused_row.stands_from < gaps.after_at
                            and refused_row.stands_to > gaps.before_at
                    else
                        refused_row.amount_minor = gaps.amount_minor
                        and refused_row.business_date between
                        cast(gaps.before_at at time zone 'Asia/Kolkata' as date)
                        and cast(gaps.after_at at time zone 'Asia/Kolkata' as date)
                end
        ) then 'DQ_QUARANTINED'
        -- Several rows that were refused side by side.
        when gaps.amount_minor = (
            select sum(refused_row.amount_minor)
            from refused_row
            where
                refused_row.source = any(:external_sources)
                and coalesce(refused_row.account_id = gaps.account_no, true)
                and refused_row.stands_from < gaps.after_at
                and refused_row.stands_to > gaps.before_at
        ) then 'DQ_QUARANTINED'
        when gaps.is_between_files then 'STM_CONTINUITY'
        else 'STM_CONSISTENCY'
    end as cause
from gaps
