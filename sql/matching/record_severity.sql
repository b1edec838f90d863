-- What breaks of the edge are judged by from now on, where it is not what they were judged by.
insert into recon.severity_rule (reconciliation, known_from, rules)
select
    given.reconciliation,
    given.known_from,
    given.rules
from (
    values (
        cast(:reconciliation as text),
        cast(:known_at as timestamptz),
        cast(:severity_rules as jsonb)
    )
) as given (reconciliation, known_from, rules)
where given.rules is distinct from (
    select severity_rule.rules
    from recon.severity_rule
    where severity_rule.reconciliation = given.reconciliation
    order by severity_rule.known_from desc
    limit 1
)
