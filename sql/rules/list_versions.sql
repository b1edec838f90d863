-- Every definition that was ever used or put in force, in the order it came, word for word.
with

used as (

    select
        reconciliation,
        version,
        sha256,
        definition ->> 'yaml' as yaml,
        first_seen_at
    from recon.rule_version

),

put as (

    select
        promotion.reconciliation,
        promotion.version,
        promotion.sha256,
        promotion.definition ->> 'yaml' as yaml,
        promotion.promoted_at,
        promotion.promoted_by,
        promotion.tested_by,
        promotion.comment,
        promotion.backtest_id,
        promotion.despite_wrong
    from recon.promotion

)

select
    coalesce(used.reconciliation, put.reconciliation) as reconciliation,
    coalesce(used.version, put.version) as version,
    coalesce(used.sha256, put.sha256) as sha256,
    coalesce(used.yaml, put.yaml) as yaml,
    used.first_seen_at as first_used_at,
    put.promoted_at,
    put.promoted_by,
    put.tested_by,
    put.comment,
    put.backtest_id,
    put.despite_wrong
from used
full outer join put
    on used.reconciliation = put.reconciliation and used.sha256 = put.sha256
order by
    coalesce(used.reconciliation, put.reconciliation) asc,
    coalesce(used.first_seen_at, put.promoted_at) asc,
    coalesce(used.sha256, put.sha256) asc
