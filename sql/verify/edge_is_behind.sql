-- Whether the sources of :reconciliation brought anything after its last run looked at them:
-- what must be explained is then another thing than what was.
select
    exists (
        select
        from staging.load
        left join recon.admitted_load
            on
                admitted_load.reconciliation = :reconciliation
                and load.load_id = admitted_load.load_id
        where load.source = any(:sources) and admitted_load.load_id is null
    )
    or exists (
        select
        from raw.coverage
        where
            coverage.source = any(:sources)
            and coverage.landed_at > (
                select max(run.started_at)
                from recon.run
                where
                    run.step = 'reconcile'
                    and run.subject = :reconciliation
                    and run.state = 'done'
            )
    ) as is_behind
