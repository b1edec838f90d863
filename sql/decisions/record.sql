-- One decision and its members, from this tick of the edge on. Returns its id.
with

named as (

    select distinct
        member.source,
        member.entry_key
    from
        unnest(cast(:sources_named as text[]), cast(:entry_keys as text[]))
            as member (source, entry_key)

),

made as (

    insert into recon.decision (
        reconciliation, kind, members, reason_code, comment, decided_by, known_from
    )
    select
        :reconciliation as reconciliation,
        :kind as kind,
        count(*) as members,
        :reason_code as reason_code,
        :comment as comment,
        :decided_by as decided_by,
        :known_at as known_from
    from named
    returning decision_id, reconciliation, kind, known_from

),

seated as (

    insert into recon.decision_member (
        decision_id, reconciliation, kind, source, entry_key, known_from
    )
    select
        made.decision_id,
        made.reconciliation,
        made.kind,
        named.source,
        named.entry_key,
        made.known_from
    from made
    cross join named

)

select decision_id
from made
