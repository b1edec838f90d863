-- The first row recorded on :reconciliation whose seal does not fit what it says now.
with

sealed as (

    select
        'break event' as what,
        break_event.break_id || ' of ' || break_event.known_at as row_key,
        break_event.seal as stored,
        ops.seal_of(break_event, '{}') as again
    from recon.break
    inner join recon.break_event on break.break_id = break_event.break_id
    where break.reconciliation = :reconciliation
    union all
    select
        'proof' as what,
        concat_ws(
            ' ', proof.account_id, proof.business_date, proof.currency, 'of', proof.known_from
        ) as row_key,
        proof.seal as stored,
        ops.seal_of(proof, '{}') as again
    from recon.proof
    where proof.reconciliation = :reconciliation
    union all
    select
        'candidate' as what,
        concat_ws(' ', candidate.entry_id, candidate.candidate_entry_id) as row_key,
        candidate.seal as stored,
        ops.seal_of(candidate, '{}') as again
    from recon.candidate
    where candidate.reconciliation = :reconciliation
    union all
    select
        'suggestion' as what,
        concat_ws(
            ' ', suggestion.entry_id, suggestion.kind, suggestion.rank
        ) as row_key,
        suggestion.seal as stored,
        ops.seal_of(suggestion, '{}') as again
    from recon.suggestion
    where suggestion.reconciliation = :reconciliation
    union all
    select
        'rules of severity' as what,
        'of ' || severity_rule.known_from as row_key,
        severity_rule.seal as stored,
        ops.seal_of(severity_rule, '{}') as again
    from recon.severity_rule
    where severity_rule.reconciliation = :reconciliation
    union all
    select
        'decision' as what,
        cast(decision.decision_id as text) as row_key,
        decision.seal as stored,
        ops.seal_of(decision, '{}') as again
    from recon.decision
    where decision.reconciliation = :reconciliation
    union all
    select
        'member of a decision' as what,
        concat_ws(
            ' ', decision_member.decision_id, decision_member.source, decision_member.entry_key
        ) as row_key,
        decision_member.seal as stored,
        ops.seal_of(decision_member, '{}') as again
    from recon.decision_member
    where decision_member.reconciliation = :reconciliation
    union all
    select
        'write-off' as what,
        cast(write_off.write_off_id as text) as row_key,
        write_off.seal as stored,
        ops.seal_of(write_off, '{}') as again
    from recon.break
    inner join recon.write_off on break.break_id = write_off.break_id
    where break.reconciliation = :reconciliation

)

select
    what,
    row_key,
    coalesce(encode(stored, 'hex'), 'no seal') as stored,
    encode(again, 'hex') as again
from sealed
where stored is distinct from again
order by what, row_key
limit 1
