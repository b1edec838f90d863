"""One order or one bank credit across ledger, gateway, settlement and bank: what an id means.

An id may be an order's, a payment's, a refund's, a settlement's, a UTR, an RRN, or any source's
own id. All of its meanings are followed. What is looked up, is looked up by the index of keys
that the passes keep, so an entry that was retracted since is found by its own id alone.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pipeline.store import Store, Transaction
from pipeline.trace_reading import Edges, Key, Reader
from pipeline.trace_settlements import due_days, read_lines, read_settlements
from reconciliation.movements import movement_places
from reconciliation.shared_breaks import share
from reconciliation.three_systems import agreement
from reconciliation.trace import (
    BANK,
    CORE,
    GATEWAY,
    PAYMENT,
    SETTLEMENT,
    SYSTEMS,
    Entry,
    OrderTrace,
    Settlement,
    Trace,
)
from reconciliation.whereabouts import places

ORDERS_MAX = 20  # one id means one order, but for a payment id that orders share
KINDS = "order, payment, refund, settlement, dispute ids, UTRs, RRNs, own ids of every source"
PREFIXES = ("order_", "pay_", "rfnd_", "setl_", "disp_")
RRN_DIGITS = 12


def trace(store: Store, asked: str, *, as_of: datetime | None, limit: int) -> Trace:
    """Everything `asked` means, as it was known at `as_of` (None: now); of a settlement `limit`
    lines, while its sums hold all. An empty trace names ids that are near, where any are.
    """
    asked = asked.strip()
    with store.transaction(snapshot=True) as transaction:
        transaction.rows("reports/ask_as_of", as_of=as_of)
        edges = Edges.load(transaction)
        clock = _clock(transaction, edges, as_of)
        found = _trace(Reader(transaction, edges), asked, clock, limit, as_of)
        if not found.is_empty:
            return found
        near = [
            one
            for one in _variants(asked)
            if not _trace(Reader(transaction, edges), one, clock, limit, as_of).is_empty
        ]
    return Trace(asked, clock, near=tuple(near))


def _clock(transaction: Transaction, edges: Edges, as_of: datetime | None) -> datetime | None:
    """How far both edges that money travels were reconciled."""
    ends = _clocks(transaction, (edges.lines.name, edges.bank.name), as_of).values()
    return min((end for end in ends if end is not None), default=as_of)


def _clocks(
    transaction: Transaction, names: Iterable[str], as_of: datetime | None
) -> dict[str, datetime | None]:
    """How far each of these edges was reconciled, at most to `as_of`."""
    found: dict[str, datetime | None] = {}
    for name in names:
        end = transaction.value("reports/latest_known", reconciliation=name)
        found[name] = min((one for one in (end, as_of) if one is not None), default=None)
    return found


def _trace(
    reader: Reader, asked: str, clock: datetime | None, limit: int, as_of: datetime | None
) -> Trace:
    keys = _keys(asked)
    found = reader.by_keys(keys) + reader.by_own_id([asked])
    found += reader.of_disputes(dispute_ids=[asked])
    # An own id names one side; what carries the same references is of the same movement.
    references = {
        (kind, value)
        for one in found
        if one.system in (BANK, CORE) and not _is_of_order(one)
        for kind, value in (("rrn", one.rrn), ("utr", one.utr))
        if value
    }
    found += reader.by_keys(references - set(keys))
    seeds = {one.entry_id: one for one in reader.with_standings(found)}
    partners = reader.with_standings(reader.partners(seeds.values()))
    utrs = {value for kind, value in keys if kind == "settlement_utr"}
    utrs |= {
        one.settlement_utr
        for one in (*seeds.values(), *partners)
        if one.system == BANK and one.settlement_utr
    }
    settlements = read_settlements(reader, utrs, [asked])
    held = {one.entry_id for each in settlements for one in (*each.credits, *each.receipts)}
    plain = {
        one.entry_id: one
        for one in (*seeds.values(), *partners)
        if one.entry_id not in held and one.system in (BANK, CORE) and not _is_of_order(one)
    }
    shapes = _shapes(reader)
    entries = share(_sorted(plain.values()), shapes)
    compared = {each.reconciliation for one in entries for each in one.standings}
    clocks = _clocks(reader.transaction, sorted(compared), as_of)
    return Trace(
        asked,
        clock,
        orders=tuple(_orders(reader, list(seeds.values()), clock)),
        settlements=tuple(_whole(reader, one, limit) for one in settlements),
        entries=entries,
        places=movement_places(entries, shapes, clocks, reader.edges.compared),
        is_cut=reader.is_cut,
    )


def _keys(asked: str) -> list[Key]:
    """What the id may be, as the passes' keys have it; references as A–Z and 0–9."""
    reference = re.sub("[^A-Z0-9]", "", asked.upper())
    kinds = [(kind, asked) for kind in ("order_id", "payment_id", "entity_id", "rrn")]
    kinds += [("settlement_utr", asked.upper()), ("settlement_utr", reference), ("utr", reference)]
    if reference.isdigit() and len(reference) > RRN_DIGITS:  # padded by some banks
        kinds.append(("rrn", reference.lstrip("0").zfill(RRN_DIGITS)))
    return [(kind, value) for kind, value in kinds if value]


def _variants(asked: str) -> list[str]:
    """What somebody may have meant who left a prefix or a nought out, or shouted."""
    bare = asked.partition("@")[0]
    found = [bare, asked.lower(), *(prefix + bare for prefix in PREFIXES)]
    if asked.isdigit():
        found.append(asked.zfill(RRN_DIGITS))
    return [one for one in dict.fromkeys(found) if one and one != asked]


def _is_of_order(entry: Entry) -> bool:
    return entry.order_id is not None


def _orders(reader: Reader, seeds: list[Entry], clock: datetime | None) -> Iterable[OrderTrace]:
    """The orders the seeds belong to; a refund or a line finds its order by its payment."""
    of_orders = [one for one in seeds if one.system in (GATEWAY, SETTLEMENT) or _is_of_order(one)]
    payments = reader.by_keys(("payment_id", one) for one in map(_payment_of, of_orders) if one)
    order_of = {
        one.txn_id: one.order_id
        for one in (*payments, *of_orders)
        if one.system == GATEWAY and one.transaction_type == PAYMENT
    }
    roots: dict[tuple[str | None, str | None], list[Entry]] = {}
    for one in of_orders:
        payment = _payment_of(one)
        order = one.order_id or order_of.get(payment or "")
        root = (order, None) if order else (None, payment or one.entity_id)
        roots.setdefault(root, []).append(one)
    reader.is_cut |= len(roots) > ORDERS_MAX
    for (order_id, _), members in sorted(roots.items(), key=str)[:ORDERS_MAX]:
        yield _order(reader, order_id, members, clock)


def _order(
    reader: Reader, order_id: str | None, members: list[Entry], clock: datetime | None
) -> OrderTrace:
    found = {one.entry_id: one for one in members}

    def add(keys: Iterable[Key], *systems: str) -> None:
        found.update({one.entry_id: one for one in reader.by_keys(keys) if one.system in systems})

    if order_id:
        add([("order_id", order_id)], *SYSTEMS)
        if not any(one.system == GATEWAY for one in found.values()):
            found.update({one.entry_id: one for one in reader.open_lines(order_id)})
    ids = {_payment_of(one) for one in found.values() if one.system in (GATEWAY, SETTLEMENT)}
    add([("payment_id", one) for one in ids if one], GATEWAY)
    entities = {one.entity_id for one in found.values() if one.system in (GATEWAY, SETTLEMENT)}
    add([("entity_id", one) for one in entities], GATEWAY, SETTLEMENT)
    found.update({one.entry_id: one for one in reader.of_disputes(payment_ids=entities)})
    utrs = {one.settlement_utr for one in found.values() if one.settlement_utr}
    settlements = read_settlements(reader, utrs)
    of_wholes = [
        (each.utr, one) for each in settlements for one in (*each.breaks, *each.closed) if each.utr
    ]
    entries = share(_sorted(reader.with_standings(found.values())), _shapes(reader), of_wholes)
    lines = reader.edges.lines
    due = due_days(
        reader, (one.day for one in entries if one.system == GATEWAY), lines.ledger.due,
        lines.calendar,
    )  # fmt: skip
    by_utr = {one.utr: one for one in settlements if one.utr}
    return OrderTrace(
        order_id, entries, settlements, agreement(entries), places(entries, by_utr, due, clock)
    )


def _whole(reader: Reader, settlement: Settlement, limit: int) -> Settlement:
    if settlement.utr is None:
        return settlement
    return replace(settlement, lines=read_lines(reader, settlement.utr, limit))


def _payment_of(entry: Entry) -> str | None:
    if entry.payment_id:
        return entry.payment_id
    return entry.entity_id if entry.transaction_type == PAYMENT else None


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: (SYSTEMS.index(one.system), one.moment, one.txn_id))


def _shapes(reader: Reader) -> dict[str, str]:
    return {one.name: one.shape for one in reader.edges.all}
