-- Statements that came again with other content, told on the first edge that names their source:
-- one break a statement. What it says now is reconciled like everything else; that it changed
-- stands until a person has seen it.
insert into wanted_break (
    subject_kind, subject_key, source, account_id, code, amount_minor, currency, business_date,
    explanation
)
with

told as (

    select
        source,
        dataset,
        part,
        account_id,
        currency,
        min(business_date) as business_date,
        count(*) as times,
        sum(entries_added) as added,
        sum(entries_changed) as changed,
        sum(entries_retracted) as retracted,
        cast(sum(moved_minor) as bigint) as moved_minor,
        max(known_from) as known_from
    from staging.restatement
    where source = any(:anchored_sources)
    group by source, dataset, part, account_id, currency

)

select
    'delivery' as subject_kind,
    concat_ws(
        ':', 'restated', told.source, told.dataset, told.part, told.currency,
        encode(account.number_index, 'hex')
    ) as subject_key,
    told.source,
    told.account_id,
    'STM_RESTATED' as code,
    told.moved_minor as amount_minor,
    told.currency,
    told.business_date,
    concat(
        'The statement ', told.part, coalesce(' of account ••••' || account.last4, ''),
        ' was delivered again with other content',
        case when told.times > 1 then ', ' || told.times || ' times' end, ': ',
        concat_ws(
            ', ',
            case
                when told.added > 0
                    then told.added || case told.added when 1 then ' entry' else ' entries' end || ' added'
            end,
            case
                when told.changed > 0
                    then told.changed || case told.changed when 1 then ' entry' else ' entries' end || ' changed'
            end,
            case
                when told.retracted > 0
                    then told.retracted || case told.retracted when 1 then ' entry' else ' entries' end || ' taken back'
            end
        ),
        case
            when told.moved_minor = 0 then ', no money moved on balance'
            else concat(
                ', which makes ', recon.decimal_text(told.moved_minor, told.currency), ' ', told.currency
            )
        end,
        '. Reports from before ',
        to_char(told.known_from at time zone 'Asia/Kolkata', 'YYYY-MM-DD HH24:MI'),
        ' IST hold what it said then.'
    ) as explanation
from told
left join ops.account on told.account_id = account.account_id
