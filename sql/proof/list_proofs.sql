-- ledger balance + open external − open ledger + Σ(external − ledger) = statement balance,
-- less what known causes explain. A day counts once it is over by a day (late rows) and no
-- hour or file of it is missing; a ledger balance made of the ledger's own rows proves nothing but
-- that the figures are consistent. A ledger row whose amount cannot be read explains nothing:
-- what is left while one is there stays unexplained, and the row is named.
create temporary table wanted_proof on commit drop as
with

figures as (

    select
        position.*,
        ledger.balance_minor as ledger_balance_minor,
        statement.balance_minor as statement_balance_minor,
        ledger.is_given as is_independent,
        statement.balance_minor - ledger.balance_minor - position.open_external_minor
        + position.open_ledger_minor - position.difference_minor as residue_minor,
        cast(position.business_date + 2 as timestamp) at time zone 'Asia/Kolkata' <= :as_of
        and not exists (
            select
            from uncovered
            where
                coalesce(uncovered.account_id = position.account_no, true)
                -- Late rows come with the next hours, never in the next day's file.
                and uncovered.range_from
                < cast(
                    position.business_date + case when uncovered.is_file then 1 else 2 end
                    as timestamp
                ) at time zone 'Asia/Kolkata'
                and uncovered.range_to
                > cast(position.business_date as timestamp) at time zone 'Asia/Kolkata'
        ) as is_due,
        unread.row_count as unread_rows,
        unread.names as unread_names
    from position
    inner join balance_day as ledger
        on
            ledger.kind = 'ledger'
            and position.account_no = ledger.account_no
            and position.currency = ledger.currency
            and position.business_date = ledger.business_date
    inner join balance_day as statement
        on
            statement.kind = 'statement'
            and position.account_no = statement.account_no
            and position.currency = statement.currency
            and position.business_date = statement.business_date
    cross join
        lateral (
            select
                count(*) as row_count,
                (array_agg(
                    refused_row.source || ' ' || refused_row.row_key
                    order by refused_row.business_date, refused_row.source, refused_row.row_key
                ))[1:3] as names
            from refused_row
            where
                refused_row.source = any(:ledger_sources)
                and refused_row.amount_minor is null
                and coalesce(refused_row.account_id = position.account_no, true)
                and refused_row.business_date <= position.business_date
        ) as unread

),

explained as (

    select
        figures.account_no,
        figures.currency,
        figures.business_date,
        coalesce(sum(cause.amount_minor), 0) as known_minor,
        coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'cause', cause.cause,
                    'amount_minor', cast(cause.amount_minor as bigint),
                    'detail', case cause.cause
                        when 'STM_CONSISTENCY' then 'the statement''s running balance jumps'
                        when 'STM_CONTINUITY' then 'a statement does not continue the last one'
                        when 'DQ_QUARANTINED' then 'rows or files in quarantine'
                        when 'MIS_FILE' then 'hours that are not landed'
                        else 'ledger and statement differed at go-live by more than what was open'
                    end
                ) order by cause.cause
            ) filter (where cause.cause is not null),
            cast('[]' as jsonb)
        ) as causes
    from figures
    left join cause
        on
            figures.account_no = cause.account_no
            and figures.currency = cause.currency
            and figures.business_date = cause.business_date
    group by figures.account_no, figures.currency, figures.business_date

),

judged as (

    select
        figures.*,
        explained.known_minor,
        explained.causes,
        figures.residue_minor - explained.known_minor as rest_minor
    from figures
    inner join explained
        on
            figures.account_no = explained.account_no
            and figures.currency = explained.currency
            and figures.business_date = explained.business_date

)

select
    nullif(account_no, 0) as account_id,
    business_date,
    currency,
    cast(ledger_balance_minor as bigint) as ledger_balance_minor,
    cast(open_external_minor as bigint) as open_external_minor,
    cast(open_ledger_minor as bigint) as open_ledger_minor,
    cast(difference_minor as bigint) as differences_minor,
    cast(statement_balance_minor as bigint) as statement_balance_minor,
    cast(case when is_due then known_minor else residue_minor end as bigint) as explained_minor,
    cast(case when is_due then rest_minor else 0 end as bigint) as unexplained_minor,
    is_independent,
    case
        when not is_due then 'not_due'
        when rest_minor <> 0 and unread_rows > 0 then 'unreadable'
        when rest_minor <> 0 then 'unexplained'
        when causes <> '[]' then 'explained'
        when is_independent then 'proven'
        else 'consistent_only'
    end as state,
    causes || case
        when rest_minor = 0 or (is_due and unread_rows = 0) then cast('[]' as jsonb)
        when is_due
            then
                jsonb_build_array(jsonb_build_object(
                    'cause', 'DQ_QUARANTINED',
                    'amount_minor', 0,
                    'detail', concat(
                        'cannot be proven: the amount of row ',
                        array_to_string(unread_names, ', row '),
                        ' and ' || nullif(greatest(unread_rows - 3, 0), 0) || ' more',
                        ' cannot be read'
                    )
                ))
        else jsonb_build_array(jsonb_build_object(
            'cause', 'TIM_IN_TRANSIT',
            'amount_minor', cast(rest_minor as bigint),
            'detail', 'the day is not over by a day yet, or an hour of it is missing'
        ))
    end as causes
from judged
