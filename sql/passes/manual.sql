-- Pass, before all others: what people matched by hand, while every entry of it is live and on
-- the edge, all are of one status and currency (and account, where accounts are proven), and they
-- add up to the paisa: else no sum of them means anything, and the other passes have them.
-- :is_gross: lines stand over what the gateway took, their fee within.
-- Returns (group_key, entry_id, reason).
with

held as (

    select
        decision_member.decision_id,
        open_entry.entry_id,
        open_entry.side = :ledger_side as is_ledger,
        open_entry.side,
        open_entry.status,
        open_entry.currency,
        case
            when :is_gross and open_entry.side = :ledger_side then abs(open_entry.amount_minor)
            when :is_gross then open_entry.gross_minor
            else open_entry.amount_minor
        end as amount_minor,
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

sides as (

    select
        decision_id,
        is_ledger,
        sum(amount_minor) as amount_minor
    from held
    group by decision_id, side, is_ledger

),

even as (

    -- Every other side is worth what ours is; one side alone must come to nothing.
    select decision_id
    from sides
    group by decision_id
    having
        case
            when bool_and(is_ledger) then sum(amount_minor) = 0 and not :is_gross
            else
                min(amount_minor) filter (where not is_ledger)
                = coalesce(sum(amount_minor) filter (where is_ledger), 0)
                and max(amount_minor) filter (where not is_ledger)
                = coalesce(sum(amount_minor) filter (where is_ledger), 0)
                and (bool_or(is_ledger) or not :is_gross)
        end

),

whole as (

    select
        decision.decision_id,
        min(held.entry_id) as group_key,
        'matched by hand: ' || decision.reason_code as reason
    from held
    inner join even on held.decision_id = even.decision_id
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
