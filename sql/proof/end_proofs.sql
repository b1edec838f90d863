-- Proofs that came out otherwise were known up to now.
update recon.proof
set known_to = :known_at
from wanted_proof as wanted
where
    proof.reconciliation = :reconciliation
    and proof.known_to is null
    and proof.business_date = wanted.business_date
    and proof.account_id is not distinct from wanted.account_id
    and proof.currency = wanted.currency
    and (
        proof.ledger_balance_minor, proof.open_external_minor, proof.open_ledger_minor,
        proof.differences_minor, proof.statement_balance_minor, proof.explained_minor,
        proof.unexplained_minor, proof.is_independent, proof.state, proof.causes
    ) is distinct from (
        wanted.ledger_balance_minor, wanted.open_external_minor, wanted.open_ledger_minor,
        wanted.differences_minor, wanted.statement_balance_minor, wanted.explained_minor,
        wanted.unexplained_minor, wanted.is_independent, wanted.state, wanted.causes
    )
