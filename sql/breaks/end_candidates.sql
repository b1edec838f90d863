-- Candidates that are no longer.
update recon.candidate
set known_to = :known_at
where
    candidate.reconciliation = :reconciliation
    and candidate.known_to is null
    and not exists (
        select
        from candidate_now
        where
            candidate_now.entry_id = candidate.entry_id
            and candidate_now.candidate_entry_id = candidate.candidate_entry_id
    )
