-- One decision and its members, from this tick of the edge on. Returns its id.
with

made as (

    insert into recon.decision (
        reconciliation, kind, members, reason_code, comment, decided_by, known_from
    )
    select
        :reconciliation as reconciliation,
        :kind as kind,
        count(distinct (member.source, member.entry_key)) as members,
        :reason_code as reason_code,
        :comment as comment,
        :decided_by as decided_by,
        :known_at as known_from
    from unnest(cast(:sources_named as text[]), cast(:entry_keys as text[]))
        as member (source, entry_key)
    returning decision_id, reconciliation, kind, known_from

),

seated as (

    insert into recon.decision_member (
        decision_id, reconciliation, kind, source, entry_key, known_from
    )
    select distinct
        made.decision_id,
        made.reconciliation,
        made.kind,
        member.source,
        member.entry_key,
        made.known_from
    from made
    cross join
        unnest(cast(:sources_named as text[]), cast(:entry_keys as text[]))
            as member (source, entry_key)

)

select decision_id
from made
