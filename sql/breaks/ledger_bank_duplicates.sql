-- An open entry beside one of its own side that is seated with the same reference, account,
-- currency and amount: the same movement told twice. A reversed pair does not count.
insert into finding (anchor_id, entry_id, code, amount_minor, explanation)
select distinct on (twin.entry_id)
    twin.entry_id as anchor_id,
    twin.entry_id,
    'DUP_SAME_SOURCE' as code,
    twin.amount_minor,
    concat(
        'Same reference, account and amount as ', first.txn_id, ' of ', first.source,
        ', which is matched; an id of its own.'
    ) as explanation
from scene as twin
inner join scene as first
    on
        twin.side = first.side
        and twin.account_id = first.account_id
        and twin.currency = first.currency
        and twin.amount_minor = first.amount_minor
        and (
            (twin.rrn_key = first.rrn_key and twin.rrn = first.rrn)
            or (twin.utr_key = first.utr_key and twin.utr = first.utr)
        )
        and abs(twin.day - first.day) <= :days_apart_max
inner join recon.match_group
    on
        first.match_group_id = match_group.match_group_id
        and match_group.known_to is null
        and match_group.pass_name <> 'self_net'
left join pair on twin.entry_id in (pair.ledger_id, pair.external_id)
where
    twin.is_open
    and twin.status = 'SUCCESS'
    and pair.ledger_id is null
order by twin.entry_id asc, first.moment asc, first.txn_id asc
