-- Proofs that are new, or came out otherwise than before.
insert into recon.proof (
    reconciliation, account_id, business_date, currency, ledger_balance_minor,
    open_external_minor, open_ledger_minor, differences_minor, statement_balance_minor,
    explained_minor, unexplained_minor, is_independent, state, causes, known_from
)
select
    :reconciliation as reconciliation,
    wanted.account_id,
    wanted.business_date,
    wanted.currency,
    wanted.ledger_balance_minor,
    wanted.open_external_minor,
    wanted.open_ledger_minor,
    wanted.differences_minor,
    wanted.statement_balance_minor,
    wanted.explained_minor,
    wanted.unexplained_minor,
    wanted.is_independent,
    wanted.state,
    wanted.causes,
    :known_at as known_from
from wanted_proof as wanted
left join recon.proof
    on
        proof.reconciliation = :reconciliation
        and proof.known_to is null
        and wanted.business_date = proof.business_date
        and wanted.account_id is not distinct from proof.account_id
        and wanted.currency = proof.currency
where proof.reconciliation is null
