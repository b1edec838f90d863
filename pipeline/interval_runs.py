"""An interval from the sources to the breaks, in this process: what `run`, `backfill` and the
demo's history share. The same steps as the scheduler's, in the same order.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from adapters.errors import SourceError, SourceUnavailable
from pipeline import steps
from pipeline.settings import Settings
from pipeline.wiring import configured_sources, possible_reconciliations
from reconciliation.model import Interval

SOURCES_AT_ONCE = 3  # banks answer slowly, pandas does not: a little overlap is enough

Say = Callable[[str], None]
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class SourceRun:
    """How one source went: done, unreachable, refused (nothing usable) or partly."""

    state: str
    fetched: int = 0  # rows parsed
    staged: int = 0  # entries new or changed
    quarantined: int = 0
    sentence: str = ""  # what went wrong, where, for a person
    was_loaded: bool = False  # nothing to do: every delivery was staged before


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
        self.reconciliations.update(other.reconciliations)

    def as_data(self) -> dict[str, Any]:
        return {
            "from": self.interval.start.isoformat(),
            "to": self.interval.end.isoformat(),
            "sources": {
                name: {
                    "state": run.state, "fetched": run.fetched, "staged": run.staged,
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
        fetched=before.fetched + after.fetched,
        staged=before.staged + after.staged,
        quarantined=before.quarantined + after.quarantined,
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
    """Land and stage each source, then reconcile `edges`: by default all that use one of them.

    A source that fails is in the outcome and holds up nobody; other errors are raised.
    """
    outcome = Outcome(interval)
    with ThreadPoolExecutor(SOURCES_AT_ONCE) as pool:
        runs = pool.map(lambda name: _run_source(settings, name, interval), sources)
        for name, run in zip(sources, runs, strict=True):
            outcome.sources[name] = run
            if run.sentence:
                say(run.sentence if name in run.sentence else f"{name}: {run.sentence}")
    for name in edges_of(settings, sources) if edges is None else edges:
        outcome.reconciliations[name] = steps.reconcile(settings, name, interval)
    steps.raise_alerts(settings, interval)
    return outcome


def edges_of(settings: Settings, sources: Sequence[str]) -> list[str]:
    """The reconciliations that read one of these sources and have a source on each side."""
    possible = possible_reconciliations(configured_sources(settings.environment))
    return [name for name, used in possible.items() if set(sources) & set(used)]


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
        staged=int(counts["entries_new"]) + int(counts["entries_changed"]),
        quarantined=quarantined,
        sentence="" if problem is None else str(problem),
        was_loaded=problem is None and bool(counts["already_loaded"]),
    )
