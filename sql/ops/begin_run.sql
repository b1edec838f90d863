-- Begin an attempt of (:step, :subject, interval). Its number is the fencing token: a later
-- attempt makes this one stale. Returns run_id, attempt.
insert into recon.run as run (step, subject, interval_from, interval_to, attempt, state)
values (:step, :subject, :interval_from, :interval_to, 1, 'running')
on conflict (step, subject, interval_from, interval_to) do update
    set
        attempt = run.attempt + 1,
        state = 'running',
        error = null,
        started_at = now(),
        ended_at = null
returning
    run_id,
    attempt
