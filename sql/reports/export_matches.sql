-- Every seat of every match group that stood at report.as_of. `side` is ledger or
-- external, in a three-way the source's name; amount and difference are signed decimals.
select
    match_group.reconciliation,
    cast(match_group.match_group_id as text) as match_group_id,
    match_group.pass_name,
    match_group.rule_version,
    seat.side,
    entry.source,
    entry.txn_id,
    recon.decimal_text(entry.amount_minor, entry.currency) as amount,
    recon.decimal_text(match_group.difference_minor, match_group.currency) as difference
from recon.match_group
inner join recon.match_item_history as seat
    on
        match_group.match_group_id = seat.match_group_id
        and match_group.known_from = seat.known_from
inner join staging.entry
    on seat.entry_id = entry.entry_id and seat.version = entry.version
where
    match_group.reconciliation = any(:reconciliations)
    and match_group.known_from <= report.as_of()
    and (
        match_group.known_to is null
        or match_group.known_to > report.as_of()
    )
order by
    match_group.reconciliation collate "C",
    match_group.match_group_id,
    seat.side collate "C",
    entry.source collate "C",
    entry.txn_id collate "C",
    entry.entry_id
