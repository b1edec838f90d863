-- The latest moment at which anything became known (null: nothing yet), and the wall clock.
select
    greatest(
        (select max(known_at) from recon.edge),
        (select max(known_at) from staging.load),
        (
            select max(known_at)
            from raw.coverage
            where known_at > '-infinity'
        )
    ) as latest,
    clock_timestamp() as now
