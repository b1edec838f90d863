-- Candidates that are no longer.
update recon.candidate
set known_to = :known_at
where
    candidate.reconciliation = :reconciliation
    and candidate.known_to is null
    and not exists (
        select
        from finding as own
        inner join finding as other on own.anchor_id = other.anchor_id
        where
            own.code = 'AMBIGUOUS'
            and other.code = 'AMBIGUOUS'
            and own.entry_id = candidate.entry_id
            and other.entry_id = candidate.candidate_entry_id
    )
