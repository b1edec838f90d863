"""The break report as data: what agrees, what does not, how old it is, what to do next.

Pure: rows come in as mappings (the columns of the `report` views), a `Report` comes out.
Amounts are signed integers in minor units; ages are business days.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from reconciliation.advice import next_step
from reconciliation.difference import DifferenceLine, difference_lines
from reconciliation.model import IST, currency_place, minor_text, moment_words
from reconciliation.rate import rate_note
from reconciliation.severity import rank

Row = Mapping[str, Any]

AGE_BUCKETS = ("0", "1", "2", "3-5", "6-10", "11-30", "31-90", "90+")
UNKNOWN = "unknown"
TICK = timedelta(microseconds=1)
BREAKS_LISTED_MAX = 500  # a page a person can still read; the export has them all


@dataclass(frozen=True, slots=True)
class CodeLine:
    """The open breaks of one code and currency on one edge."""

    code: str
    currency: str
    breaks: int
    amount_minor: int
    by_age: tuple[int, ...]  # counts, in the order of AGE_BUCKETS
    next_step: str
    severity: str  # the worst of them; blank where none is known
    exposure_minor: int | None  # what is at stake in all of them, unsigned; None: unknown of each
    exposure_unknown: int  # breaks of which nobody can say

    @property
    def exposure(self) -> str | None:
        """As decimal text; None where it is unknown of each."""
        return (
            None if self.exposure_minor is None else minor_text(self.exposure_minor, self.currency)
        )

    @property
    def at_stake(self) -> str:
        """For people: "90.00 INR", "90.00 INR and 2 unknown", "unknown"."""
        known = at_stake(self.exposure, self.currency)
        if self.exposure_minor is None or not self.exposure_unknown:
            return known
        return f"{known} and {self.exposure_unknown} {UNKNOWN}"


@dataclass(frozen=True, slots=True)
class ProofLine:
    """The proof of one account and business day, with what explains it."""

    account_id: str  # masked
    business_date: date
    currency: str
    state: str
    explained_minor: int
    unexplained_minor: int
    causes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EdgeReport:
    """One reconciliation: totals, breaks, the difference and the proof."""

    reconciliation: str
    rule_version: int
    as_of: datetime
    entries: int
    matched_groups: int
    matched_entries: int
    open_entries: int
    due_entries: int
    rate: str  # percent as text, four decimals; blank when nothing is due
    codes: tuple[CodeLine, ...]
    difference: tuple[DifferenceLine, ...]
    proofs: tuple[ProofLine, ...]  # only days that are not simply proven
    accounts_days: int
    unexplained_minor: int  # 0: nothing; absolute residues of any currency, so no amount
    runbook: str
    shape: str

    @property
    def breaks(self) -> int:
        return sum(line.breaks for line in self.codes)

    @property
    def rate_note(self) -> str:
        return rate_note(
            shape=self.shape,
            due_entries=self.due_entries,
            breaks=self.breaks,
            matched_groups=self.matched_groups,
        )


@dataclass(frozen=True, slots=True)
class Report:
    as_of: datetime
    edges: tuple[EdgeReport, ...]
    sources: tuple[Row, ...]
    breaks: tuple[Row, ...]  # the first open breaks of the work list, BREAKS_LISTED_MAX at most
    breaks_total: int
    asked_as_of: datetime | None = None  # the moment asked for; None: nobody did, it is of now
    until: date | None = None  # business days up to this one alone

    @property
    def unexplained_minor(self) -> int:
        return sum(edge.unexplained_minor for edge in self.edges)

    @property
    def accounts_days(self) -> int:
        return sum(edge.accounts_days for edge in self.edges)

    @property
    def heading(self) -> str:
        """What it is of: how far the books were reconciled, and what was asked for where it was."""
        days = [f"business days up to {self.until}"] if self.until is not None else []
        if self.asked_as_of is None:
            return ", ".join([f"as of {moment_words(self.as_of)}", *days])
        asked = ", ".join([f"asked for {moment_words(self.asked_as_of)}", *days])
        if not self.edges:
            return asked
        return f"{asked}; books reconciled until {moment_words(self.as_of)}"

    @property
    def day(self) -> date:
        """The day it is of: of a midnight the one that is over then."""
        return self.until or (self.as_of - TICK).astimezone(IST).date()

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing at all: no entry, no break, no account day."""
        counts = (edge.entries + edge.breaks + edge.accounts_days for edge in self.edges)
        return not any(counts)


def at_stake(exposure: object | None, currency: str) -> str:
    """What is at stake in one break, for people; `exposure`: decimal text, None: unknown."""
    return UNKNOWN if exposure is None else f"{exposure} {currency}"


def build(
    *,
    as_of: datetime,
    rates: Iterable[Row],
    ageing: Iterable[Row],
    matched: Iterable[Row],
    open_items: Iterable[Row],
    proofs: Iterable[Row],
    sources: Iterable[Row],
    breaks: Sequence[Row],
    runbooks: Mapping[str, str],
    shapes: Mapping[str, str],
) -> Report:
    """Join the views' rows into one report; the iterables are views of schema `report`.

    `runbooks` and `shapes`: of the edges, by name; `breaks` in the order of the work list.
    """
    by_edge = {
        name: _by_reconciliation(rows)
        for name, rows in {
            "ageing": ageing, "matched": matched, "open_items": open_items, "proofs": proofs,
        }.items()
    }  # fmt: skip
    edges = []
    for row in sorted(rates, key=lambda rate: str(rate["reconciliation"])):
        name = str(row["reconciliation"])
        days = by_edge["proofs"][name]
        edges.append(
            EdgeReport(
                reconciliation=name,
                rule_version=int(row["rule_version"]),
                as_of=row["as_of"],
                entries=int(row["entries"]),
                matched_groups=int(row["matched_groups"]),
                matched_entries=int(row["matched_entries"]),
                open_entries=int(row["open_entries"]),
                due_entries=int(row["due_entries"]),
                rate="" if row["rate"] is None else str(row["rate"]),
                codes=_code_lines(by_edge["ageing"][name], shapes.get(name)),
                difference=difference_lines(by_edge["matched"][name], by_edge["open_items"][name]),
                proofs=_proof_lines(days),
                accounts_days=len(days),
                unexplained_minor=sum(abs(int(day["unexplained_minor"])) for day in days),
                runbook=runbooks.get(name, ""),
                shape=shapes.get(name, ""),
            )
        )
    return Report(
        as_of=as_of,
        edges=tuple(edges),
        sources=tuple(sources),
        breaks=tuple(breaks[:BREAKS_LISTED_MAX]),
        breaks_total=len(breaks),
    )


def _by_reconciliation(rows: Iterable[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[str(row["reconciliation"])].append(row)
    return grouped


def _code_lines(rows: Sequence[Row], shape: str | None) -> tuple[CodeLine, ...]:
    grouped: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        grouped[str(row["code"]), str(row["currency"])].append(row)
    lines = []
    for (code, currency), members in grouped.items():
        counts = {str(row["age_bucket"]): int(row["breaks"]) for row in members}
        severities = [str(row["severity"] or "") for row in members]
        stakes = (row["exposure_minor"] for row in members)
        known = [int(minor) for minor in stakes if minor is not None]
        lines.append(
            CodeLine(
                code=code,
                currency=currency,
                breaks=sum(counts.values()),
                amount_minor=sum(int(row["amount_minor"]) for row in members),
                by_age=tuple(counts.get(bucket, 0) for bucket in AGE_BUCKETS),
                next_step=next_step(code, shape),
                severity=max(severities, key=rank),
                exposure_minor=sum(known) if known else None,
                exposure_unknown=sum(int(row["exposure_unknown"]) for row in members),
            )
        )
    return tuple(
        sorted(
            lines,
            key=lambda line: (
                -rank(line.severity),
                -line.breaks,
                line.code,
                currency_place(line.currency),
            ),
        )
    )


def _proof_lines(days: Sequence[Row]) -> tuple[ProofLine, ...]:
    return tuple(
        ProofLine(
            account_id=str(day["account_id"]),
            business_date=day["business_date"],
            currency=str(day["currency"]),
            state=str(day["state"]),
            explained_minor=int(day["explained_minor"]),
            unexplained_minor=int(day["unexplained_minor"]),
            causes=tuple(
                f"{cause.get('cause', '')} {cause.get('detail', '')}".strip()
                for cause in day["causes"] or ()
            ),
        )
        for day in sorted(days, key=_place_of)
        if day["state"] in ("explained", "unexplained", "unreadable")
    )


def _place_of(day: Row) -> tuple[Any, ...]:
    """A whole order: two accounts may end alike."""
    amounts = day["explained_minor"], day["unexplained_minor"]
    return day["business_date"], str(day["account_id"]), str(day["currency"]), *amounts
