"""An interval from the sources to the breaks, in this process: what `run`, `backfill` and the
demo's history share. The same steps as the scheduler's, in the same order.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from adapters.errors import SourceError, SourceUnavailable
from pipeline import steps
from pipeline.settings import Settings
from pipeline.wiring import configured_sources, possible_reconciliations
from reconciliation.model import Interval

SOURCES_AT_ONCE = 3  # banks answer slowly, pandas does not: a little overlap is enough
EDGES_AT_ONCE = 2  # the database does most of it

COUNTED = (
    "fetched", "new", "changed", "read_again", "refused", "outside", "of_no_entry",
    "whole_refused",
)  # fmt: skip

Say = Callable[[str], None]
_one_at_a_time = threading.Lock()
_edges = threading.Semaphore(EDGES_AT_ONCE)


@dataclass(frozen=True, slots=True)
class SourceRun:
    """How one source went: done, unreachable, refused (nothing usable) or partly."""

    state: str
    fetched: int = 0  # rows parsed: the sum of the six that follow
    new: int = 0
    changed: int = 0
    read_again: int = 0  # rows that were read before and say nothing new
    refused: int = 0
    outside: int = 0  # beyond the interval: they come with their own
    of_no_entry: int = 0  # balances and settlement headers
    whole_refused: int = 0  # deliveries whose rows could not be read at all
    sentence: str = ""  # what went wrong, where, for a person
    was_loaded: bool = False  # nothing to do: every delivery was staged before

    @property
    def staged(self) -> int:
        return self.new + self.changed

    @property
    def quarantined(self) -> int:
        """Findings: rows, and deliveries refused whole."""
        return self.refused + self.whole_refused


@dataclass(slots=True)
class Outcome:
    """How an interval went; merged over several intervals by `add`."""

    interval: Interval
    sources: dict[str, SourceRun] = field(default_factory=dict)
    reconciliations: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, other: "Outcome") -> None:
        self.interval = Interval(
            min(self.interval.start, other.interval.start),
            max(self.interval.end, other.interval.end),
        )
        for name, run in other.sources.items():
            before = self.sources.get(name)
            self.sources[name] = run if before is None else _joined(before, run)
        for name, counts in other.reconciliations.items():
            earlier = self.reconciliations.get(name, {})
            self.reconciliations[name] = counts | {
                what: earlier.get(what, 0) + count
                for what, count in counts.items()
                if isinstance(count, int)
            }

    def as_data(self) -> dict[str, Any]:
        return {
            "from": self.interval.start.isoformat(),
            "to": self.interval.end.isoformat(),
            "sources": {
                name: {
                    "state": run.state, "fetched": run.fetched, "staged": run.staged,
                    **{name: getattr(run, name) for name in COUNTED[1:]},
                    "quarantined": run.quarantined, "error": run.sentence,
                }
                for name, run in sorted(self.sources.items())
            },
            "reconciliations": dict(sorted(self.reconciliations.items())),
        }  # fmt: skip


def _joined(before: SourceRun, after: SourceRun) -> SourceRun:
    states = {before.state, after.state}
    return SourceRun(
        state=states.pop() if len(states) == 1 else "partly",
        **{name: getattr(before, name) + getattr(after, name) for name in COUNTED},
        sentence=after.sentence or before.sentence,
        was_loaded=before.was_loaded and after.was_loaded,
    )


def run_interval(
    settings: Settings,
    interval: Interval,
    sources: Sequence[str],
    say: Say,
    *,
    edges: Sequence[str] | None = None,
) -> Outcome:
    """Land and stage each source; reconcile `edges` (by default all that use one of them), each
    as soon as its own sources are done.

    A source that fails is in the outcome and holds up nobody; other errors are raised.
    """
    outcome = Outcome(interval)
    chosen = edges_of(settings, sources) if edges is None else edges
    possible = possible_reconciliations(configured_sources(settings.environment))
    used = {edge: possible[edge] for edge in chosen}
    with ThreadPoolExecutor(SOURCES_AT_ONCE) as pool, ThreadPoolExecutor(len(used) or 1) as waiting:
        runs = {name: pool.submit(_run_source, settings, name, interval) for name in sources}
        results = {
            edge: waiting.submit(
                _reconcile, settings, edge, interval, [runs[name] for name in uses if name in runs]
            )
            for edge, uses in used.items()
        }
        for name, run in runs.items():
            outcome.sources[name] = run.result()
            if sentence := outcome.sources[name].sentence:
                say(sentence if name in sentence else f"{name}: {sentence}")
        for edge, result in results.items():
            outcome.reconciliations[edge] = result.result()
    steps.raise_alerts(settings, interval)
    return outcome


def edges_of(settings: Settings, sources: Sequence[str]) -> list[str]:
    """The reconciliations that read one of these sources and have a source on each side."""
    possible = possible_reconciliations(configured_sources(settings.environment))
    return [name for name, used in possible.items() if set(sources) & set(used)]


def _reconcile(
    settings: Settings, edge: str, interval: Interval, waits_for: Sequence[Future[SourceRun]]
) -> dict[str, Any]:
    """The edge, once its own sources are done, however they ended."""
    for source in waits_for:
        source.result()
    with _edges:
        return steps.reconcile(settings, edge, interval)


def _run_source(settings: Settings, source: str, interval: Interval) -> SourceRun:
    problem = None
    try:
        steps.land(settings, source, interval)
    except SourceError as failure:
        problem = failure  # what was landed before it failed is staged all the same
    try:
        # pandas holds the interpreter anyway, and Great Expectations is not made for threads.
        with _one_at_a_time:
            counts = steps.stage(settings, source, interval)
    except SourceError as failure:
        return SourceRun(state="refused", sentence=str(failure))
    return judge(counts, problem)


def judge(counts: Mapping[str, Any], problem: SourceError | None) -> SourceRun:
    """What a source's counts of `stage` are worth, and what `land` failed of, if it did."""
    fetched = int(counts["rows_parsed"])
    quarantined = int(counts["rows_quarantined"]) + int(counts.get("refused", 0))
    if isinstance(problem, SourceUnavailable):
        state = "partly" if fetched else "unreachable"
    elif problem is not None:
        state = "partly" if fetched else "refused"
    elif quarantined:
        state = "partly" if fetched > int(counts["rows_quarantined"]) else "refused"
    else:
        state = "done"
    return SourceRun(
        state=state,
        fetched=fetched,
        new=int(counts["entries_new"]),
        changed=int(counts["entries_changed"]),
        # Runs of earlier releases did not record all of these.
        read_again=int(counts.get("rows_repeated", 0)),
        refused=int(counts["rows_quarantined"]),
        outside=int(counts.get("rows_outside", 0)),
        of_no_entry=int(counts.get("rows_of_no_entry", 0)),
        whole_refused=int(counts.get("refused", 0)),
        sentence="" if problem is None else str(problem),
        was_loaded=problem is None and bool(counts["already_loaded"]),
    )
