-- The attempt is done. No row when a later one has begun: the caller must undo its work.
update recon.run
set
    state = 'done',
    counts = :counts,
    ended_at = clock_timestamp()  -- not when its transaction began
where
    run_id = :run_id
    and attempt = :attempt
