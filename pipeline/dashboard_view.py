"""The first page as data: what it shows, before anybody draws it."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Edge:
    name: str
    title: str
    rate: Decimal | None  # percent of what is due; None: nothing is
    matched: int
    waiting: int  # open, and its window is not over
    due: int
    breaks: int
    as_of: datetime
    note: str = ""  # what its rate is made of, where that is not plain


@dataclass(frozen=True, slots=True)
class CodeRow:
    code: str
    by_age: tuple[int, ...]  # in the order of AGE_BUCKETS
    total: int
    amounts: tuple[str, ...]  # signed sums, "INR 1200.50", one a currency
    at_stake: tuple[str, ...]  # in them, unsigned; "2 unknown" for those that nobody can tell of


@dataclass(frozen=True, slots=True)
class Freshness:
    source: str
    landed_until: datetime | None
    state: str  # on time, late, paused (circuit open), never landed, not configured
    entries: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class Proof:
    reconciliation: str
    days: tuple[str, ...]  # worst state a day, blank where there is none; order of Overview.days
    unexplained: tuple[str, ...]  # "INR 0.05", one a currency with a residue


@dataclass(frozen=True, slots=True)
class Cause:
    reconciliation: str
    account: str  # masked
    day: date
    state: str
    amount: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alert:
    kind: str
    subject: str
    detail: str
    raised_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    read_at: datetime
    as_of: datetime | None  # the latest interval end any edge has reconciled
    asked: datetime | None  # the past moment asked for
    chosen: str | None  # codes and ages of this reconciliation only
    edges: tuple[Edge, ...]
    codes: tuple[CodeRow, ...]
    by_age: tuple[int, ...]
    sources: tuple[Freshness, ...]
    days: tuple[date, ...]
    proofs: tuple[Proof, ...]
    causes: tuple[Cause, ...]
    alerts: tuple[Alert, ...]
    is_final: bool = True  # False: a run is writing what was known at the moment asked for

    @property
    def rate(self) -> Decimal | None:
        """Of all edges together, in percent."""
        matched = sum(edge.matched for edge in self.edges)
        judged = matched + sum(edge.due for edge in self.edges)
        return None if judged == 0 else Decimal(100 * matched) / Decimal(judged)

    @property
    def breaks(self) -> int:
        return sum(edge.breaks for edge in self.edges)

    @property
    def unexplained(self) -> tuple[str, ...]:
        return tuple(sorted({text for proof in self.proofs for text in proof.unexplained}))

    @property
    def sources_late(self) -> int:
        return sum(source.state in ("late", "paused", "never landed") for source in self.sources)
