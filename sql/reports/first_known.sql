-- The first moment at which anything is known of :reconciliation; of any edge where it is null.
select
    least(
        (
            select min(known_from)
            from recon.open_position
            where reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
        ),
        (
            select min(known_from)
            from recon.match_group
            where reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
        ),
        (
            select min(break_event.known_at)
            from recon.break_event
            inner join recon.break on break_event.break_id = break.break_id
            where break.reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
        ),
        (
            select min(known_from)
            from recon.proof
            where reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
        ),
        (
            select min(known_at)
            from recon.edge
            where reconciliation = coalesce(cast(:reconciliation as text), reconciliation)
        )
    ) as first_known
