"""Days of the past, fetched and reconciled: planned first, resumable, in whole days.

Progress is what the database holds (`recon.run`), so an interrupted backfill goes on where it
was, whoever ran the days before.
"""

import time as time_module
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from adapters.base import SourceConfig
from pipeline.interval_runs import Outcome, Say, edges_of, run_interval
from pipeline.services import HOURLY_DAG, Airflow, BackfillBusy
from pipeline.settings import Settings
from pipeline.store import Store
from reconciliation.model import IST, Interval

DAY = timedelta(days=1)
POLL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What a backfill will ask of one source."""

    source: str
    days: int  # whole and part days to fetch
    days_done: int  # fetched and staged before, skipped by --resume
    requests: int  # estimated; 0 where nothing is known yet or nothing is asked over HTTP
    quota: str  # its limit, in words


def day_pieces(interval: Interval) -> Iterator[Interval]:
    """The interval cut at IST midnights; the first and last piece may be part of a day."""
    start = interval.start
    while start < interval.end:
        local = start.astimezone(IST)
        midnight = datetime.combine(local.date() + DAY, time(), IST)
        yield Interval(start, min(midnight, interval.end))
        start = midnight


def plan(
    store: Store, interval: Interval, sources: Sequence[SourceConfig], *, resume: bool
) -> list[PlanLine]:
    """What would be fetched, a line a source."""
    pieces = list(day_pieces(interval))
    done = finished(store, interval) if resume else set()
    with store.transaction() as transaction:
        calls = {row["source"]: row for row in transaction.rows("reports/calls_a_day")}
    lines = []
    for config in sources:
        left = [piece for piece in pieces if (config.name, piece.start, piece.end) not in done]
        known = calls.get(config.name)
        requests, span = config.rate_limit
        lines.append(
            PlanLine(
                source=config.name,
                days=len(left),
                days_done=len(pieces) - len(left),
                requests=round(len(left) * float(known["calls_a_day"])) if known else 0,
                quota=f"{requests} in {span}" if config.kind == "rest" else "",
            )
        )
    return lines


def finished(store: Store, interval: Interval) -> set[tuple[str, datetime, datetime]]:
    """(subject, from, to): sources landed and staged, reconciliations run."""
    with store.transaction() as transaction:
        rows = transaction.rows(
            "reports/finished_runs", interval_from=interval.start, interval_to=interval.end
        )
    return {(row["subject"], row["interval_from"], row["interval_to"]) for row in rows}


def backfill_here(
    settings: Settings,
    store: Store,
    interval: Interval,
    sources: Sequence[str],
    *,
    resume: bool,
    say: Say,
    on_day: Callable[[int, int, Interval], None] = lambda done, total, piece: None,
) -> Outcome:
    """Run the days one after another in this process; `on_day` hears (done, total, next day)."""
    pieces = list(day_pieces(interval))
    done = finished(store, interval) if resume else set()
    edges = edges_of(settings, sources)
    outcome = Outcome(interval)
    for place, piece in enumerate(pieces):
        on_day(place, len(pieces), piece)
        left = [name for name in sources if (name, piece.start, piece.end) not in done]
        edges_left = [name for name in edges if (name, piece.start, piece.end) not in done]
        if left or edges_left:
            outcome.add(
                run_interval(settings, piece, left, say, edges=edges if left else edges_left)
            )
    on_day(len(pieces), len(pieces), pieces[-1])
    return outcome


def backfill_through_airflow(
    airflow: Airflow,
    interval: Interval,
    sources: Sequence[str],
    *,
    resume: bool,
    say: Say,
    on_runs: Callable[[int, int], None] = lambda done, total: None,
) -> dict[str, int]:
    """Have Airflow run the hours, so that its UI shows them; how many runs ended in which state.

    Airflow allows one backfill of a DAG at a time: this one waits for its turn.
    """
    rest = airflow.rest()
    total = len(list(interval.hours()))
    told = False
    while True:
        try:
            number = rest.create_backfill(
                HOURLY_DAG,
                interval,
                sources=tuple(sources),
                reprocess_behavior="failed" if resume else "completed",
            )
            break
        except BackfillBusy:
            if not told:
                say("another backfill runs; Airflow allows one at a time, so this one waits")
            told = True
            # It may be this very one, begun before a Ctrl-C.
            on_runs(_over(rest.backfill_states(HOURLY_DAG, interval)), total)
            time_module.sleep(POLL_SECONDS)
    while True:
        states = rest.backfill_states(HOURLY_DAG, interval)
        on_runs(_over(states), total)
        if rest.is_backfill_done(number):
            return states
        time_module.sleep(POLL_SECONDS)


def _over(states: Mapping[str, int]) -> int:
    return states.get("success", 0) + states.get("failed", 0)
