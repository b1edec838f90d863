-- Pass, before all others: what people matched by hand, while every entry of it is live and on
-- the edge, and all are of one status and currency (and account, where accounts are proven):
-- else no sum of them means anything, and the other passes have them.
-- Returns (group_key, entry_id, reason).
with

held as (

    select
        decision_member.decision_id,
        open_entry.entry_id,
        open_entry.status,
        open_entry.currency,
        case when :by_account then coalesce(open_entry.account_id, 0) else 0 end as account_no
    from recon.decision_member
    inner join open_entry
        on
            decision_member.source = open_entry.source
            and decision_member.entry_key = open_entry.entry_key
    where
        decision_member.reconciliation = :reconciliation
        and decision_member.kind = 'together'
        and decision_member.known_to is null

),

whole as (

    select
        decision.decision_id,
        min(held.entry_id) as group_key,
        'matched by hand: ' || decision.reason_code as reason
    from held
    inner join recon.decision on held.decision_id = decision.decision_id
    group by decision.decision_id
    having
        count(*) = decision.members
        and min(held.status) = max(held.status)
        and min(held.currency) = max(held.currency)
        and min(held.account_no) = max(held.account_no)

)

select
    whole.group_key,
    held.entry_id,
    whole.reason
from whole
inner join held on whole.decision_id = held.decision_id
