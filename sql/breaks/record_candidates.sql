-- Every member of an ambiguous set is a candidate for every other on another side.
insert into recon.candidate (
    reconciliation, entry_id, candidate_entry_id, reason, known_from
)
select distinct
    :reconciliation as reconciliation,
    own.entry_id,
    other.entry_id as candidate_entry_id,
    'fits as well as the others; nothing tells them apart' as reason,
    cast(:known_at as timestamptz) as known_from
from finding as own
inner join finding as other on own.anchor_id = other.anchor_id
inner join scene as own_scene on own.entry_id = own_scene.entry_id
inner join scene as other_scene on other.entry_id = other_scene.entry_id
left join recon.candidate
    on
        candidate.reconciliation = :reconciliation
        and own.entry_id = candidate.entry_id
        and other.entry_id = candidate.candidate_entry_id
        and candidate.known_to is null
where
    own.code = 'AMBIGUOUS'
    and other.code = 'AMBIGUOUS'
    and own_scene.side <> other_scene.side
    -- Not two that both have a reference and share none.
    and (
        own_scene.rrn = other_scene.rrn
        or own_scene.utr = other_scene.utr
        or coalesce(own_scene.rrn, own_scene.utr, own_scene.reference_text) is null
        or coalesce(other_scene.rrn, other_scene.utr, other_scene.reference_text) is null
    )
    and candidate.entry_id is null
