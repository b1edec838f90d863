-- Findings as breaks: one an anchor; where two codes fit the first in precedence is its
-- code, the others stay in the words.
insert into wanted_break (
    subject_kind, subject_key, entry_id, source, account_id, code, amount_minor, exposure_minor,
    currency, business_date, explanation
)
with

ranked as (

    select distinct on (finding.anchor_id)
        finding.anchor_id,
        finding.code,
        finding.amount_minor,
        nullif(finding.exposure_minor, finding.amount_minor) as exposure_minor,
        finding.explanation
    from finding
    inner join unnest(cast(:codes as text[])) with ordinality as known (code, precedence)
        on finding.code = known.code
    order by finding.anchor_id asc, known.precedence asc, finding.amount_minor asc

),

others as (

    select
        finding.anchor_id,
        string_agg(distinct finding.code, ', ' order by finding.code) as codes
    from finding
    inner join ranked on finding.anchor_id = ranked.anchor_id and finding.code <> ranked.code
    group by finding.anchor_id

)

select
    'entry' as subject_kind,
    scene.subject_key,
    scene.entry_id,
    scene.source,
    scene.account_id,
    ranked.code,
    ranked.amount_minor,
    ranked.exposure_minor,
    scene.currency,
    scene.day as business_date,
    ranked.explanation || coalesce(' Also ' || others.codes || '.', '') as explanation
from ranked
inner join scene on ranked.anchor_id = scene.entry_id
left join others on ranked.anchor_id = others.anchor_id
