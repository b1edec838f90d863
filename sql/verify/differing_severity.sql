-- The rules that breaks of :reconciliation are judged by, where they are not those of its
-- definition and of the codes.
select
    reconciliation,
    cast(rules as text) as stored,
    cast(cast(:severity_rules as jsonb) as text) as again
from recon.severity_rule
where
    reconciliation = :reconciliation
    and known_from = (
        select max(newest.known_from)
        from recon.severity_rule as newest
        where newest.reconciliation = :reconciliation
    )
    and rules is distinct from cast(:severity_rules as jsonb)
