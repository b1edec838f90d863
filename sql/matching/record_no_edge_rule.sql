-- The clauses that entries without an edge are found with, where they changed.
insert into recon.no_edge_rule (reconciliation, clauses)
values (:reconciliation, :clauses)
on conflict (reconciliation) do update
    set clauses = excluded.clauses
    where no_edge_rule.clauses <> excluded.clauses
