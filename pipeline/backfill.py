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
BUSY_SECONDS_MAX = 3600.0  # without one of our own hours ending


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What a backfill will ask of one source."""

    source: str
    days: int  # whole and part days to fetch
    days_done: int  # fetched and staged before; --resume leaves them out
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
    done = finished(store, interval)
    with store.transaction() as transaction:
        calls = {row["source"]: row for row in transaction.rows("reports/calls_a_day")}
    lines = []
    for config in sources:
        was_done = [piece for piece in pieces if (config.name, piece.start, piece.end) in done]
        to_fetch = len(pieces) - (len(was_done) if resume else 0)
        known = calls.get(config.name)
        requests, span = config.rate_limit
        lines.append(
            PlanLine(
                source=config.name,
                days=to_fetch,
                days_done=len(was_done),
                requests=round(to_fetch * float(known["calls_a_day"])) if known else 0,
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
    poll_seconds: float = POLL_SECONDS,
    busy_seconds_max: float = BUSY_SECONDS_MAX,
) -> dict[str, int]:
    """Have Airflow run the hours, so that its UI shows them; how many runs ended in which state.

    Airflow allows one backfill of a DAG at a time: this one waits for its turn. BackfillBusy
    when none of its own hours has ended for `busy_seconds_max` of that wait.
    """
    rest = airflow.rest()
    total = len(list(interval.hours()))
    over, since = -1, 0.0
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
            if over < 0:
                say("another backfill runs; Airflow allows one at a time, so this one waits")
            # It may be this very one, begun before a Ctrl-C.
            before, over = over, _over(rest.backfill_states(HOURLY_DAG, interval))
            on_runs(over, total)
            if over != before:
                since = time_module.monotonic()
            elif time_module.monotonic() - since >= busy_seconds_max:
                raise BackfillBusy(
                    f"another backfill of {HOURLY_DAG} has held this one up for"
                    f" {busy_seconds_max / 60:.0f} minutes"
                ) from None
            time_module.sleep(poll_seconds)
    while True:
        states = rest.backfill_states(HOURLY_DAG, interval)
        on_runs(_over(states), total)
        if rest.is_backfill_done(number):
            return states
        time_module.sleep(poll_seconds)


def _over(states: Mapping[str, int]) -> int:
    return states.get("success", 0) + states.get("failed", 0)
