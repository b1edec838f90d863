"""What a changed definition would have made of history: replayed beside the one in force.

Both replays run in schemas of their own, day by day, on what was known at each day's end, by the
steps of every run. Only the two are compared with each other, so that what a replay cannot know
(a break written off, a file promised) is the same in both.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.backfill import day_pieces
from pipeline.code_version import code_version
from pipeline.edges import Edge, arrivals
from pipeline.errors import PipelineError
from pipeline.matching import bring_up_to_date
from pipeline.rules_in_force import rulebook
from pipeline.sandbox import Sandbox, SandboxTransaction, sandboxes
from pipeline.seating import asked_engine
from pipeline.store import Store
from reconciliation.definition import Definition
from reconciliation.model import HOUR, IST, Interval
from reconciliation.rule_changes import Change, changes
from reconciliation.rulebook import Rulebook

BEFORE, AFTER = "backtest_before", "backtest_after"
NAMES = {BEFORE: "rules in force", AFTER: "changed rules"}
TRUTH_COLUMNS = {
    "matches": ("reconciliation", "match_group_id", "source", "txn_id"),
    "breaks": ("break_id", "reconciliation", "code", "status", "source", "txn_id"),
    "candidates": ("break_id", "reconciliation", "source", "txn_id"),
}

Advance = Callable[[int, int, object], None]  # done, total, what comes next
# (reconciliation, moment, folder with a CSV of each of TRUTH_COLUMNS) → what the truth says of it.
Judge = Callable[[str, datetime, Path], dict[str, Any]]


class NothingToReplay(PipelineError):
    """The edge has no history in the interval."""


@dataclass(slots=True)
class Backtest:
    """`groups`, `breaks`: rows of sql/rules/changed_*.sql; `shown`: the largest that change."""

    before: Definition
    after: Definition
    interval: Interval
    changes: tuple[Change, ...]
    groups: list[dict[str, Any]] = field(default_factory=list)
    breaks: list[dict[str, Any]] = field(default_factory=list)
    raised: dict[str, int] = field(default_factory=dict)
    shown_groups: list[dict[str, Any]] = field(default_factory=list)
    shown_breaks: list[dict[str, Any]] = field(default_factory=list)
    truth: dict[str, dict[str, Any]] | None = None  # by replay; None: nobody knows it
    backtest_id: int | None = None
    loads_late: int = 0  # of its days, known only after it: not replayed
    duration_s: float = 0.0

    @property
    def result(self) -> dict[str, Any]:
        """What is kept: counts and sums, no entry."""
        return {
            "matches": self.groups, "breaks": self.breaks, "raised": self.raised,
            "truth": self.truth,
        }  # fmt: skip


def backtest(
    store: Store,
    owner: Store,
    changed: Definition,
    interval: Interval,
    made_by: str,
    *,
    environment: Mapping[str, str],
    rows_max: int,
    judge: Judge | None = None,
    advance: Advance = lambda done, total, what: None,
) -> Backtest:
    """Replay all that was known up to the interval's end by both; note what it showed.

    `owner`: the same database as the schemas' owner, who may make others. History before the
    interval is replayed in one piece, then day by day. `rows_max` bounds the
    changes that are named. `judge` knows the truth. NothingToReplay;
    StoreBusy where another backtest runs; DefinitionError where the edge is not known.
    """
    began = time.monotonic()
    with store.transaction() as transaction:
        in_force = rulebook(transaction)
        name = changed.name
        before = in_force.find(name)
        sources = list(before.sources)
        first = transaction.value("rules/first_load", sources=sources)
        loads_late = transaction.value(
            "rules/count_late_loads", sources=sources, until=interval.end
        )
    if first is None or first >= interval.end:
        raise NothingToReplay(
            f"{name}: nothing was loaded before {interval.end.astimezone(IST):%Y-%m-%d %H:%M} IST"
        )
    found = Backtest(before, changed, interval, changes(before, changed), loads_late=loads_late)
    pieces = list(_pieces(interval, first))
    books = {BEFORE: in_force, AFTER: in_force.replacing(changed)}
    with sandboxes(owner, interval.end, *books) as made:
        done, total = 0, len(pieces) * len(made)
        for box in made:
            for piece in pieces:
                advance(done, total, f"{piece} by the {NAMES[box.schema]}")
                _replay(box, books[box.schema], name, piece, environment)
                done += 1
        if judge is not None:
            found.truth = {_of(box): _judged(box, name, interval.end, judge) for box in made}
        _compare(owner, found, rows_max)
        advance(total, total, "compared")
    found.backtest_id = _note(store, found, made_by)
    found.duration_s = round(time.monotonic() - began, 1)
    return found


def _of(box: Sandbox) -> str:
    return box.schema.removeprefix("backtest_")


def _pieces(interval: Interval, first: datetime) -> Iterator[Interval]:
    """What came before the interval in one piece, then its days."""
    if first < interval.start:
        yield Interval(min(first, interval.start - HOUR), interval.start)
    yield from day_pieces(Interval(max(interval.start, first), interval.end))


def _replay(
    box: Sandbox, book: Rulebook, name: str, piece: Interval, environment: Mapping[str, str]
) -> None:
    schedules = arrivals(book.find(name), environment)
    with box.transaction(piece.end) as transaction:
        edge = Edge.read(transaction, book, name, piece, schedules)
        bring_up_to_date(transaction, edge, engine=asked_engine(environment))


def _compare(owner: Store, found: Backtest, rows_max: int) -> None:
    start = found.interval.start
    with owner.transaction() as transaction:
        for step in ("compare_groups", "compare_breaks"):
            transaction.run(f"rules/{step}", since=start.astimezone(IST).date())
        found.groups = [dict(row) for row in transaction.rows("rules/changed_groups")]
        found.breaks = [dict(row) for row in transaction.rows("rules/changed_breaks")]
        (raised,) = transaction.rows("rules/raised_breaks", since=start)
        found.raised = dict(raised)
        shown = {"rows_max": rows_max}
        found.shown_groups = [dict(row) for row in transaction.rows("rules/shown_groups", **shown)]
        found.shown_breaks = [dict(row) for row in transaction.rows("rules/shown_breaks", **shown)]


def _note(store: Store, found: Backtest, made_by: str) -> int:
    with store.transaction() as transaction:
        return int(
            transaction.value(
                "rules/record_backtest",
                reconciliation=found.after.name,
                version=found.after.version,
                sha256=found.after.sha256,
                definition={"yaml": found.after.text},
                against_version=found.before.version,
                against_sha256=found.before.sha256,
                interval_from=found.interval.start,
                interval_to=found.interval.end,
                result=found.result,
                code_version=code_version(),
                made_by=made_by,
            )
        )


def _judged(box: Sandbox, name: str, moment: datetime, judge: Judge) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="recon-backtest-") as drafts:
        folder = Path(drafts)
        with box.transaction(moment) as transaction:
            for what, columns in TRUTH_COLUMNS.items():
                _draft(transaction, what, columns, folder / f"{what}.csv")
        return judge(name, moment, folder)


def _draft(
    transaction: SandboxTransaction, what: str, columns: tuple[str, ...], path: Path
) -> None:
    with path.open("w", newline="") as out:
        out.write(",".join(columns) + "\n")
        for frame in transaction.frames(f"rules/replayed_{what}"):
            frame[list(columns)].to_csv(out, index=False, header=False)
