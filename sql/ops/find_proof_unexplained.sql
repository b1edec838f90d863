-- Account-days whose ledger and statement differ by more than what is known to cause it.
select
    proof.reconciliation as subject,
    format(
        '%s: %s account-day(s) have an unexplained difference, the first on %s',
        proof.reconciliation,
        count(*),
        min(proof.business_date)
    ) as detail
from recon.proof
where
    proof.state in ('unexplained', 'unreadable')
    and proof.known_to is null
group by proof.reconciliation
