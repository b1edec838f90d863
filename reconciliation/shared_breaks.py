"""A break stands on one entry of its set; the others of the set are in it too. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reconciliation.trace import PAYMENT, REFUND, BreakSeen, Entry, Standing


def share(
    entries: Sequence[Entry],
    shapes: Mapping[str, str],
    settlement_breaks: Iterable[tuple[str, BreakSeen]] = (),
) -> tuple[Entry, ...]:
    """Each open entry with the breaks of its set on that edge.

    `shapes`: of the edges, by name; `settlement_breaks`: (UTR, break) of settlements as wholes,
    those that people closed too.
    """
    held: dict[tuple[str, str], list[BreakSeen]] = {}
    closed: dict[tuple[str, str], list[BreakSeen]] = {}
    told = _told(entries)
    for entry in entries:
        for standing in entry.standings:
            for key in _sets(entry, standing.reconciliation, shapes, told):
                held.setdefault(key, []).extend(standing.breaks)
                closed.setdefault(key, []).extend(standing.closed)
    by_utr: dict[str | None, list[BreakSeen]] = {}
    for utr, one in settlement_breaks:
        by_utr.setdefault(utr, []).append(one)

    def shared(entry: Entry, standing: Standing) -> Standing:
        if standing.state in ("matched", "break") or (
            not entry.is_success and entry.entry_id not in told
        ):
            return standing
        keys = _sets(entry, standing.reconciliation, shapes, told)
        found = [one for key in keys for one in held.get(key, ())]
        over = [*standing.closed, *(one for key in keys for one in closed.get(key, ()))]
        if shapes[standing.reconciliation] == "settlement_bank":
            of_whole = by_utr.get(entry.settlement_utr, [])
            found = [one for one in of_whole if not one.is_closed]
            over += [one for one in of_whole if one.is_closed]
        return replace(
            standing, breaks=tuple(dict.fromkeys(found)), closed=tuple(dict.fromkeys(over))
        )

    return tuple(
        replace(entry, standings=tuple(shared(entry, one) for one in entry.standings))
        for entry in entries
    )


def _sets(
    entry: Entry, edge: str, shapes: Mapping[str, str], told: frozenset[int]
) -> list[tuple[str, str]]:
    """What tells the set of an entry on an edge."""
    shape = shapes[edge]
    if shape == "three_way":
        return [(edge, entry.transaction_type or "")] if entry.entry_id in told else []
    if shape == "gateway_settlement":
        return [(edge, entry.entity_id)]
    if shape == "ledger_bank":
        return [(edge, one) for one in (entry.rrn, entry.utr) if one]
    return []


def _told(entries: Iterable[Entry]) -> frozenset[int]:
    """Of an order what is compared: each system's payment that counts, and every refund."""
    payments: dict[str, list[Entry]] = {}
    found = set()
    for entry in entries:
        if entry.transaction_type == REFUND:
            found.add(entry.entry_id)
        elif entry.transaction_type == PAYMENT:
            payments.setdefault(entry.system, []).append(entry)
    for of_system in payments.values():
        ordered = sorted(of_system, key=lambda one: (one.moment, one.txn_id))
        found |= {
            one.entry_id for one in [one for one in ordered if one.is_success][:1] or ordered[-1:]
        }
    return frozenset(found)
