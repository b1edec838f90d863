-- Every member of an ambiguous set is a candidate for every other on another side.
create temporary table candidate_now on commit drop as
select distinct
    own.entry_id,
    other.entry_id as candidate_entry_id,
    'fits as well as the others; nothing tells them apart' as reason
from finding as own
inner join finding as other on own.anchor_id = other.anchor_id
inner join scene as own_scene on own.entry_id = own_scene.entry_id
inner join scene as other_scene on other.entry_id = other_scene.entry_id
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
