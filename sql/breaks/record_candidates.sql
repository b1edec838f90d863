-- Candidates that are new.
insert into recon.candidate (
    reconciliation, entry_id, candidate_entry_id, reason, known_from
)
select
    :reconciliation as reconciliation,
    candidate_now.entry_id,
    candidate_now.candidate_entry_id,
    candidate_now.reason,
    cast(:known_at as timestamptz) as known_from
from candidate_now
left join recon.candidate
    on
        candidate.reconciliation = :reconciliation
        and candidate_now.entry_id = candidate.entry_id
        and candidate_now.candidate_entry_id = candidate.candidate_entry_id
        and candidate.known_to is null
where candidate.entry_id is null
