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
    ) as breaks
