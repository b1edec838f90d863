-- Open entries of the edge that people took apart from others.
insert into parted_entry (decision_id, entry_id)
select
    decision_member.decision_id,
    open_entry.entry_id
from recon.decision_member
inner join open_entry
    on
        decision_member.source = open_entry.source
        and decision_member.entry_key = open_entry.entry_key
where
    decision_member.reconciliation = :reconciliation
    and decision_member.kind = 'apart'
    and decision_member.known_to is null
on conflict do nothing
