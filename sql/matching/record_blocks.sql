-- List the entries under each of their keys, of the kinds the passes of tier :tier use. A key
-- of a weaker tier is another key.
insert into recon.entry_block (reconciliation, block_key, entry_id, side, tier)
select distinct
    :reconciliation as reconciliation,
    recon.block_key(
        case when :tier > 1 then :tier || '/' else '' end || held.kind, held.value
    ) as block_key,
    entry.entry_id,
    keyed_entry.side,
    :tier as tier
from keyed_entry
inner join staging.entry
    on keyed_entry.entry_id = entry.entry_id and entry.known_to is null
cross join
    lateral (
        values
        ('rrn', entry.rrn),
        ('utr', entry.utr),
        ('order_id', entry.order_id),
        -- A payment stands under its own id, so that its refunds find it.
        ('payment_id', coalesce(
            entry.payment_id,
            case entry.transaction_type when 'PAYMENT' then entry.txn_id end
        )),
        ('entity_id', split_part(entry.txn_id, '@', 1)),
        ('settlement_utr', upper(entry.settlement_utr)),
        ('amount', concat_ws(
            ':', cast(entry.account_id as text), entry.currency, cast(entry.amount_minor as text)
        ))
    ) as held (kind, value)
where
    held.kind = any(:blocks)
    and held.value <> ''  -- blank references never join
