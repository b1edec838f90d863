"""The difference between two sides of an edge, part by part, to the paisa.

What is inside matches, what is open and what is a break add up to all that one side says less
all that the other does. Amounts are signed integers in minor units.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciliation.advice import REASONS
from reconciliation.model import currency_place

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DifferenceLine:
    """One part of the difference between two sides: side − ledger."""

    side: str
    currency: str
    cause: str  # matched, open, break; total: what they add up to
    detail: str  # what a person reads
    entries: int
    amount_minor: int


def ledger_side(sides: Iterable[str]) -> str:
    """The side the others are compared with: `ledger`, or core in the three-way."""
    return "ledger" if {"ledger", "external"} & set(sides) else "core"


def difference_lines(
    matched: Sequence[Row], open_items: Sequence[Row]
) -> tuple[DifferenceLine, ...]:
    """Side − ledger, part by part, and what the parts of a side add up to.

    `matched`, `open_items`: rows of one edge from the views of `report` named so.
    """
    money = [row for row in open_items if row["role"] == "money"]
    sides = {str(row["side"]) for row in (*matched, *money)}
    ours = ledger_side(sides)
    # Both orders of the ledger's and the other side's rows meet in the same part.
    parts: dict[tuple[str, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for side in sorted(sides - {ours}) or ["external"]:
        for row in matched:
            if row["side"] in (side, ours):
                _add(parts[side, str(row["currency"]), "matched", ""], row, ours)
        for row in money:
            if row["side"] in (side, ours):
                cause = "break" if row["state"] == "due" else "open"
                key = (side, str(row["currency"]), cause, str(row["reason"] or ""))
                _add(parts[key], row, ours)
    lines = [
        DifferenceLine(side, currency, cause, _words(cause, reason), entries, amount)
        for (side, currency, cause, reason), (entries, amount) in sorted(
            parts.items(), key=lambda part: (part[0][0], currency_place(part[0][1]), part)
        )
        if amount or cause != "matched"
    ]
    return tuple(line for group in _by_side(lines) for line in (*group, _total(group)))


def _add(part: list[int], row: Row, ours: str) -> None:
    part[0] += int(row["entries"])
    part[1] += int(row["amount_minor"]) * (-1 if row["side"] == ours else 1)


def _by_side(lines: Sequence[DifferenceLine]) -> list[list[DifferenceLine]]:
    groups: dict[tuple[str, str], list[DifferenceLine]] = defaultdict(list)
    for line in lines:
        groups[line.side, line.currency].append(line)
    return list(groups.values())


def _total(group: Sequence[DifferenceLine]) -> DifferenceLine:
    return DifferenceLine(
        side=group[0].side,
        currency=group[0].currency,
        cause="total",
        detail=f"{group[0].side} less our side",
        entries=sum(line.entries for line in group),
        amount_minor=sum(line.amount_minor for line in group),
    )


def _words(cause: str, reason: str) -> str:
    if cause == "matched":
        return "inside matches (fees and GST the other side kept)"
    if cause == "break":
        return "overdue: in a break, or in one that people closed"
    return f"{reason}: {REASONS[reason]}" if reason in REASONS else reason or "not yet due"
