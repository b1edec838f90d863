-- How much of :reconciliation stands.
select
    (
        select count(*) from recon.match_group
        where reconciliation = :reconciliation)
        as match_groups,
    (
        select count(*) from recon.match_item_history
        where reconciliation = :reconciliation)
        as match_items,
    (
        select count(*) from recon.open_entry
        where reconciliation = :reconciliation)
        as open_entries,
    (
        select count(*) from recon.account_day
        where reconciliation = :reconciliation)
        as account_days,
    (
        select count(*)
        from recon.proof
        where reconciliation = :reconciliation and known_to is null
    ) as proofs,
    (
        select count(*) from recon.break
        where reconciliation = :reconciliation
    ) as breaks,
    (
        select count(*)
        from recon.break
        inner join recon.break_event on break.break_id = break_event.break_id
        where break.reconciliation = :reconciliation
    ) as break_events,
    (
        select count(*) from recon.candidate
        where reconciliation = :reconciliation
    ) as candidates,
    (
        select count(*) from recon.suggestion
        where reconciliation = :reconciliation
    ) as suggestions,
    (
        select count(*) from recon.decision
        where reconciliation = :reconciliation
    ) as decisions
