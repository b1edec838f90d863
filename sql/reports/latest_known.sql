-- The business clock of the edges: the latest interval end reconciled, as known at report.as_of
-- (null: nothing then). is_any: whether anything was ever reconciled.
select
    (
        select max(edges.as_of)
        from report.edges
        where edges.reconciliation = coalesce(cast(:reconciliation as text), edges.reconciliation)
    ) as as_of,
    (
        select count(*) > 0
        from recon.edge
        where edge.reconciliation = coalesce(cast(:reconciliation as text), edge.reconciliation)
    ) as is_any
