-- End these decisions with this tick. Returns how many.
with

ended as (

    update recon.decision
    set
        known_to = :known_at,
        ended_by = :ended_by,
        end_reason = :end_reason
    where
        decision_id = any(cast(:decision_ids as bigint[]))
        and known_to is null
    returning decision_id

)

update recon.decision_member
set known_to = :known_at
from ended
where decision_member.decision_id = ended.decision_id
