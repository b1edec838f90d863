"""What a trace reads: entries by the index of their keys, and how they stand on each edge."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pipeline.rules_in_force import rulebook
from pipeline.store import Transaction
from reconciliation.breaks import break_id
from reconciliation.decisions import RESOLUTIONS
from reconciliation.definition import Definition
from reconciliation.trace import (
    BANK,
    CORE,
    GATEWAY,
    MOBILE,
    SETTLEMENT,
    BreakSeen,
    Entry,
    LeftOut,
    Standing,
)

OPENED = "given at go-live as not open on it"
ENTRIES_MAX = 1000  # under one key; an order or a reference has a handful
Key = tuple[str, str]  # kind, value


class Edges:
    """The definitions, and which system each source is in them."""

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self.all = tuple(definitions)
        self.ledgers = frozenset(one.name for one in self.all if one.shape == "ledger_bank")
        self.compared = Counter(
            source for one in self.all if one.shape == "ledger_bank" for source in one.sources
        )
        self.lines = self._first("gateway_settlement")
        self.bank = self._first("settlement_bank")
        self.orders = self._first("three_way")
        self.systems: dict[str, str] = {}
        for one in self.all:
            if one.shape in ("ledger_bank", "settlement_bank"):
                self.systems |= dict.fromkeys(one.sides[1].sources, BANK)
        self.systems |= dict.fromkeys(self.orders.sources, MOBILE)
        for side, system in (
            (self.orders.ledger, CORE),
            (self.lines.ledger, GATEWAY),
            (self.bank.ledger, SETTLEMENT),
        ):
            self.systems |= dict.fromkeys(side.sources, system)

    def _first(self, shape: str) -> Definition:
        return next(one for one in self.all if one.shape == shape)

    @classmethod
    def load(cls, transaction: Transaction) -> "Edges":
        return cls(rulebook(transaction).definitions)


class Reader:
    """Reads for one trace; what it looks up is bounded, and `is_cut` where a bound was hit."""

    def __init__(self, transaction: Transaction, edges: Edges) -> None:
        self.transaction = transaction
        self.edges = edges
        self.is_cut = False

    def by_keys(self, keys: Iterable[Key]) -> list[Entry]:
        """The entries under any of the keys, by time."""
        asked = sorted(set(keys))
        if not asked:
            return []
        kinds, values = zip(*asked, strict=True)
        ids = self._ids("trace_keyed_ids", kinds=list(kinds), values=list(values))
        return [
            entry
            for entry in self.entries(ids)
            if any(_holds(entry, kind, value) for kind, value in asked)
        ]

    def by_own_id(self, ids: Iterable[str]) -> list[Entry]:
        found = self.transaction.rows(
            "reports/trace_own_ids", sources=sorted(self.edges.systems), ids=sorted(set(ids))
        )
        return self.entries([row["entry_id"] for row in found])

    def of_disputes(
        self, *, payment_ids: Iterable[str] = (), dispute_ids: Iterable[str] = ()
    ) -> list[Entry]:
        """The settlement lines that name a dispute, of these payments or of these ids."""
        ids = self._ids(
            "trace_dispute_ids",
            payment_ids=sorted(set(payment_ids)),
            dispute_ids=sorted(set(dispute_ids)),
            sources=sorted(
                one for one, system in self.edges.systems.items() if system == SETTLEMENT
            ),
        )
        return self.entries(ids)

    def open_lines(self, order_id: str) -> list[Entry]:
        """The order's settlement lines of which the gateway reports no payment."""
        ids = self._ids("trace_open_lines", order_id=order_id, reconciliation=self.edges.lines.name)
        return self.entries(ids)

    def partners(self, entries: Iterable[Entry]) -> list[Entry]:
        """What shares a match group of ledger and bank with one of these entries."""
        groups = {
            standing.match_group_id
            for entry in entries
            for standing in entry.standings
            if standing.match_group_id and standing.reconciliation in self.edges.ledgers
        }
        ids = self._ids("trace_partner_ids", match_group_ids=sorted(groups)) if groups else []
        return self.entries(ids)

    def _ids(self, statement: str, **params: Any) -> list[int]:
        rows = self.transaction.rows(f"reports/{statement}", rows_max=ENTRIES_MAX + 1, **params)
        self.is_cut |= len(rows) > ENTRIES_MAX
        return [row["entry_id"] for row in rows[:ENTRIES_MAX]]

    def entries(self, ids: Iterable[int]) -> list[Entry]:
        asked = sorted(set(ids))
        if not asked:
            return []
        rows = self.transaction.rows("reports/trace_entries", entry_ids=asked)
        return [Entry(system=self.edges.systems[row["source"]], **row) for row in rows]

    def with_standings(self, entries: Iterable[Entry]) -> list[Entry]:
        """The same entries, and how each stands on every edge it is on."""
        asked = {entry.entry_id: entry for entry in entries}
        if not asked:
            return []
        rows = self.transaction.rows(
            "reports/trace_standings",
            entry_ids=sorted(asked),
            reconciliations=[one.name for one in self.edges.all],
        )
        breaks = self._breaks_of(asked.values())
        found: dict[int, list[Standing]] = {}
        for row in rows:
            edge = row["reconciliation"]
            seen = breaks.pop((row["entry_id"], edge), [])
            found.setdefault(row["entry_id"], []).append(
                Standing(
                    edge, row["match_group_id"], row["pass_name"], row["rule_version"],
                    row["difference_minor"], tuple(one for one in seen if not one.is_closed),
                    row["match_reason"] or row["open_reason"], row["due_at"],
                    tuple(one for one in seen if one.is_closed),
                )
            )  # fmt: skip
        nowhere = asked.keys() - found.keys()
        for (entry_id, edge), left in breaks.items():  # of an entry that is no longer on the edge
            live = tuple(one for one in left if not one.is_closed)
            closed = tuple(one for one in left if one.is_closed) if entry_id in nowhere else ()
            if live or closed:
                found.setdefault(entry_id, []).append(Standing(edge, breaks=live, closed=closed))
        left_out = self._left_out(sorted(nowhere))
        return [
            replace(
                entry,
                standings=tuple(found.get(entry.entry_id, ())),
                left_out=tuple(left_out.get(entry.entry_id, ())),
            )
            for entry in asked.values()
        ]

    def _left_out(self, ids: Sequence[int]) -> dict[int, list[LeftOut]]:
        """Of entries that stand nowhere, the edges of their source that do not take them."""
        found: dict[int, list[LeftOut]] = {}
        if not ids:
            return found
        for edge, side in ((one, side) for one in self.edges.all for side in one.sides):
            rows = self.transaction.admitting(
                "reports/trace_left_out", side.where.sql,
                entry_ids=ids, sources=list(side.sources), reconciliation=edge.name,
            )  # fmt: skip
            for row in rows:
                reason = OPENED if row.is_fit else f"it takes only {side.where.text}"
                found.setdefault(row.entry_id, []).append(LeftOut(edge.name, edge.shape, reason))
        return found

    def _breaks_of(self, entries: Iterable[Entry]) -> dict[tuple[int, str], list[BreakSeen]]:
        """Breaks, open or closed by people, whose subject is one of the entries; what a break is
        about decides its id.
        """
        subjects = {
            str(break_id(one.name, "entry", f"{entry.source}:{entry.entry_key}")): entry.entry_id
            for entry in entries
            for one in self.edges.all
            if entry.source in one.sources
        }
        rows = self.transaction.rows(
            "reports/trace_breaks", break_ids=sorted(subjects), by_people=list(RESOLUTIONS)
        )
        found: dict[tuple[int, str], list[BreakSeen]] = {}
        for row in rows:
            place = subjects[row["break_id"]], row["reconciliation"]
            found.setdefault(place, []).append(BreakSeen(**row))
        return found


def _holds(entry: Entry, kind: str, value: str) -> bool:
    """Whether the entry really has the key: a hash may be another's too."""
    if kind == "entity_id":
        return entry.entity_id == value
    if kind == "payment_id":
        own = entry.txn_id if entry.transaction_type == "PAYMENT" else None
        return (entry.payment_id or own) == value
    return bool(getattr(entry, kind) == value)
