-- Days whose proof leaves a rest that nothing explains: a break on the day it comes or
-- changes, not on every day that carries it on.
insert into wanted_break (
    subject_kind, subject_key, source, account_id, code, amount_minor, currency, business_date,
    explanation
)
with

rests as (

    select
        account_id,
        currency,
        business_date,
        unexplained_minor,
        -- A row that may be the rest, but whose amount cannot be read.
        jsonb_path_query_first(
            causes, '$[*] ? (@.cause == "DQ_QUARANTINED" && @.amount_minor == 0).detail'
        ) #>> '{}' as unread_words,
        unexplained_minor - coalesce(lag(unexplained_minor) over (
            partition by account_id, currency order by business_date
        ), 0) as change_minor
    from recon.proof
    where
        reconciliation = :reconciliation
        and known_to is null
        and state <> 'not_due'

)

select
    'account_day' as subject_kind,
    concat_ws(
        '|', coalesce(encode(account.number_index, 'hex'), 'clearing'), rests.business_date,
        rests.currency, 'proof'
    ) as subject_key,
    (cast(:external_sources as text[]))[1] as source,
    rests.account_id,
    'PROOF_UNEXPLAINED' as code,
    rests.change_minor as amount_minor,
    rests.currency,
    rests.business_date,
    concat(
        'Account ••••', account.last4, ': ledger balance, open items and differences leave ',
        recon.decimal_text(rests.change_minor, rests.currency), ' ', rests.currency,
        ' of the statement unexplained.', ' The day ' || rests.unread_words || '.'
    ) as explanation
from rests
left join ops.account on rests.account_id = account.account_id
where rests.change_minor <> 0 and rests.unexplained_minor <> 0
