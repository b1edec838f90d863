-- Payments and refunds past their settlement day. Overdue while the feed of that day may
-- still come; once the next business day is over and landed without them, they are missing.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
with

horizons as (

    select
        scene.entry_id,
        scene.txn_id,
        scene.amount_minor,
        scene.amount_text,
        scene.transaction_type,
        scene.due_at,
        -- The end of the business day after the settlement day.
        cast(next_day.day + 1 as timestamp) at time zone 'Asia/Kolkata' as missing_at
    from scene
    left join finding on scene.entry_id = finding.entry_id
    inner join ops.calendar as due_day
        on
            due_day.calendar = :calendar
            and cast(scene.due_at at time zone 'Asia/Kolkata' as date) - 1 = due_day.day
    inner join ops.calendar as next_day
        on
            next_day.calendar = :calendar
            and due_day.business_no + 1 = next_day.business_no
            and next_day.is_business
    where
        scene.is_ledger
        and scene.is_open
        and scene.is_due
        and scene.status = 'SUCCESS'
        and finding.entry_id is null

),

landed as (

    select
        horizons.*,
        horizons.missing_at <= :as_of
        and not exists (
            select
            from uncovered
            where
                uncovered.source = any(:external_sources)
                and uncovered.range_from < horizons.missing_at
        ) as is_missing
    from horizons

)

select
    entry_id as anchor_id,
    entry_id,
    case
        when not is_missing then 'TIM_SETTLE_OVERDUE'
        when transaction_type = 'REFUND' then 'RFD_NOT_SETTLED'
        else 'MIS_IN_SETTLEMENT'
    end as code,
    amount_minor,
    concat(
        'Looked for a settlement line of ', txn_id, ' (', amount_text, '), due by the end of ',
        to_char(due_at at time zone 'Asia/Kolkata' - interval '1 day', 'YYYY-MM-DD'), ': none; ',
        case
            when is_missing then 'the settlements of the business day after are landed too.'
            else 'the feed may still bring it.'
        end
    ) as explanation
from landed
