-- Standing decisions that a manual match of these entries replaces: other manual matches that
-- hold one of them, and what was taken apart among them alone; who decided it, when and why.
with

named as (

    select distinct
        member.source,
        member.entry_key
    from unnest(cast(:sources_named as text[]), cast(:entry_keys as text[]))
        as member (source, entry_key)

)

select
    decision.decision_id,
    decision.kind,
    decision.decided_by,
    decision.decided_at,
    decision.reason_code,
    report.mask_digits(nullif(decision.comment, '')) as comment
from named
inner join recon.decision_member
    on
        decision_member.reconciliation = :reconciliation
        and named.source = decision_member.source
        and named.entry_key = decision_member.entry_key
        and decision_member.known_to is null
inner join recon.decision on decision_member.decision_id = decision.decision_id
group by decision.decision_id, decision.kind, decision.members
having decision.kind = 'together' or count(*) = decision.members
order by decision.decision_id
