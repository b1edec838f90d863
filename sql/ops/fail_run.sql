-- The attempt failed, with a sentence that holds no data. A later attempt is left alone.
update recon.run
set
    state = 'failed',
    error = :error,
    ended_at = now()
where
    run_id = :run_id
    and attempt = :attempt
    and state = 'running'
