-- The entries of one manual match share a key of the first tier: where one of them is, the
-- closure holds them all.
insert into recon.entry_block (reconciliation, block_key, entry_id, side, tier)
select
    :reconciliation as reconciliation,
    recon.block_key('decision', cast(decision_member.decision_id as text)) as block_key,
    keyed_entry.entry_id,
    keyed_entry.side,
    1 as tier
from recon.decision_member
inner join staging.entry
    on
        decision_member.source = entry.source
        and decision_member.entry_key = entry.entry_key
        and entry.known_to is null
inner join keyed_entry on entry.entry_id = keyed_entry.entry_id
where
    decision_member.reconciliation = :reconciliation
    and decision_member.kind = 'together'
    and decision_member.known_to is null
