-- Bank credits that name a settlement which has no open lines: told twice where its lines
-- are seated with another credit, else a settlement the gateway never listed.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
with

seated as (

    select
        settlement_utr,
        min(source) filter (where not is_ledger) as source,
        min(txn_id) filter (where not is_ledger) as txn_id
    from scene
    where not is_open
    group by settlement_utr

)

select
    credit.entry_id as anchor_id,
    credit.entry_id,
    case
        when seated.settlement_utr is null then 'MIS_IN_SETTLEMENT'
        when seated.source = credit.source then 'DUP_SAME_SOURCE'
        else 'DUP_CROSS_POSTED'
    end as code,
    credit.amount_minor,
    case
        when seated.settlement_utr is null
            then concat(
                'Credit of ', credit.amount_text, ' names settlement UTR ', credit.settlement_utr,
                ': the gateway lists no line under it.'
            )
        else concat(
            'Settlement UTR ', credit.settlement_utr, ' is matched with ', seated.txn_id, ' of ',
            seated.source, ' already.'
        )
    end as explanation
from scene as credit
inner join utr_set on credit.settlement_utr = utr_set.settlement_utr and utr_set.lines = 0
left join seated on credit.settlement_utr = seated.settlement_utr
where
    not credit.is_ledger
    and credit.is_open
    and credit.status = 'SUCCESS'
    and (seated.settlement_utr is not null or credit.is_due)
