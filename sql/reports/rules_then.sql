-- The words of the definitions that the edges stood by at report.as_of.
select
    edges.reconciliation,
    edges.sha256,
    max(rule_version.definition ->> 'yaml') as yaml
from report.edges
inner join recon.rule_version
    on
        edges.reconciliation = rule_version.reconciliation
        and edges.sha256 = rule_version.sha256
group by edges.reconciliation, edges.sha256
