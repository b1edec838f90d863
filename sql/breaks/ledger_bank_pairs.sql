-- Open entries of ledger and bank with one reference, close enough in time to speak of one
-- movement, and what they disagree in. The closest kind wins (1 status, 2 amount, 3 currency,
-- 4 direction, 5 account; 0: nothing but another like it); more than one difference beyond
-- status and amount is another movement that repeats the reference.
create temporary table pair on commit drop as
with

sharing as (

    select
        ledger.entry_id as ledger_id,
        external.entry_id as external_id
    from scene as ledger
    inner join scene as external
        on ledger.rrn_key = external.rrn_key and ledger.rrn = external.rrn
    where ledger.is_ledger and ledger.is_open and not external.is_ledger and external.is_open
    union
    select
        ledger.entry_id as ledger_id,
        external.entry_id as external_id
    from scene as ledger
    inner join scene as external
        on ledger.utr_key = external.utr_key and ledger.utr = external.utr
    where ledger.is_ledger and ledger.is_open and not external.is_ledger and external.is_open

),

compared as (

    select
        sharing.ledger_id,
        sharing.external_id,
        ledger.subject_key as ledger_key,
        ledger.status as ledger_status,
        external.status as external_status,
        ledger.account_id = external.account_id as is_same_account,
        ledger.currency = external.currency as is_same_currency,
        ledger.amount_minor = external.amount_minor as is_same_amount,
        ledger.amount_minor = -external.amount_minor as is_opposite,
        sign(ledger.amount_minor) = sign(external.amount_minor) as is_same_sign
    from sharing
    inner join scene as ledger on sharing.ledger_id = ledger.entry_id
    inner join scene as external on sharing.external_id = external.entry_id
    where abs(ledger.day - external.day) <= :days_apart_max

),

judged as (

    select
        *,
        case
            when is_same_account and is_same_currency and is_same_amount
                then case when ledger_status = external_status then 0 else 1 end
            when 'SUCCESS' not in (ledger_status, external_status) then null
            when is_same_account and is_same_currency and is_same_sign then 2
            when ledger_status <> external_status then null
            when is_same_account and is_same_sign and not is_same_currency then 3
            when is_same_account and is_same_currency and is_opposite then 4
            when not is_same_account and is_same_currency and is_same_amount then 5
        end as kind
    from compared

),

best as (

    select
        *,
        min(kind) over (partition by ledger_id) as ledger_best,
        min(kind) over (partition by external_id) as external_best
    from judged
    where kind is not null

)

select
    ledger_id,
    external_id,
    kind,
    ledger_status,
    external_status,
    min(ledger_key) over (partition by external_id) as set_key,
    count(*) over (partition by ledger_id) > 1
    or count(*) over (partition by external_id) > 1 as is_rivalled
from best
where kind = ledger_best and kind = external_best
