-- What each set of an order disagrees in. Without a success no money moved: a checkout that
-- was left or failed is information. A status that is not final waits.
insert into finding (anchor_id, entry_id, code, amount_minor, exposure_minor, explanation)
with

judged as (

    select
        *,
        case
            when not has_success then null
            when is_tied then 'AMBIGUOUS'
            when has_currencies then 'CURRENCY'
            when difference_minor = -2 * core_minor then 'DIRECTION'
            when core_status = 'SUCCESS' and gateway_status <> 'SUCCESS'
                then 'STS_LEDGER_OK_GW_FAILED'
            when core_status <> 'SUCCESS' and gateway_status = 'SUCCESS'
                then 'STS_LEDGER_FAILED_GW_OK'
            when mobile_status <> coalesce(core_status, gateway_status) and core_id is not null
                then 'STS_MOBILE_DIFFERS'
            when
                mobile_status = 'SUCCESS' and gateway_status <> 'SUCCESS' and core_id is null
                then 'STS_MOBILE_DIFFERS'
            when difference_minor <> 0 and core_id is not null
                then case
                    when currency = 'INR' and abs(difference_minor) <= :rounding_minor_max
                        then 'AMT_ROUNDING'
                    when abs(core_minor + difference_minor) < abs(core_minor) then 'AMT_SHORT'
                    else 'AMT_OVER'
                end
            when core_id is null then 'MIS_IN_LEDGER'
            when gateway_id is null then 'MIS_IN_GATEWAY'
            else 'MIS_IN_MOBILE'
        end as code
    from comparison

)

select
    judged.anchor_id,
    order_set.entry_id,
    judged.code,
    case
        -- No sum across currencies, whatever the code.
        when judged.code like 'MIS%' or judged.has_currencies
            then judged.anchor_minor
        else coalesce(judged.difference_minor, judged.anchor_minor)
    end as amount_minor,
    case when judged.code like 'STS%' then judged.moved_minor end as exposure_minor,
    concat(
        case
            when judged.order_id like 'no order of %'
                then 'Refund of a payment that is not known'
            else 'Order ' || judged.order_id || ', ' || split_part(judged.slot, ' ', 1)
        end,
        ': ', judged.words,
        case when judged.core_id is null then '; none in core' else '' end,
        case when judged.gateway_id is null then '; none in the gateway' else '' end,
        case when judged.mobile_id is null then '; none in mobile' else '' end,
        '.'
    ) as explanation
from judged
inner join order_set on judged.order_id = order_set.order_id and judged.slot = order_set.slot
where
    judged.code is not null
    and (
        judged.is_due
        or not (judged.code like 'MIS%' or (judged.code like 'STS%' and judged.has_pending))
    )
