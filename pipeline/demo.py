"""The demo: a simulated world, its history backfilled, its last hour run by the real scheduler,
and the report held against the world's own truth.
"""

import fcntl
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from expectations import get_ready
from pipeline import demo_world, schema, services, world
from pipeline.backfill import backfill_here, day_pieces
from pipeline.errors import PipelineError, SettingsError
from pipeline.interval_runs import Say
from pipeline.opening_balances import set_accounts
from pipeline.opening_file import read_go_live
from pipeline.postgres import Postgres
from pipeline.redaction import redact_logging
from pipeline.reports import read_report
from pipeline.services import HOURLY_DAG, Airflow
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.wiring import configured_sources, secret_values
from pipeline.world import WorldClock
from reconciliation.model import HOUR, Interval, floor_hour
from reconciliation.report import Report

RUN_SECONDS_MAX = 900
DEFAULT_SEED = 1
DEFAULT_ROWS = 5_000  # ledger entries a day
ENDED = ("success", "failed", "skipped", "upstream_failed", "removed")
OnDay = Callable[[int, int, Interval], None]  # done, total, the next
OnTask = Callable[[int, int, str], None]


class DemoFailed(PipelineError):
    """The demo could not be finished; the message says where it stopped."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A finished demo: what it found, and how to look at it."""

    clock: WorldClock
    report: Report
    truth: dict[str, int]
    differences: str  # what the report and the truth do not agree on; blank when they do
    run: dict[str, Any]  # dag_id, run_id, state, tasks
    airflow_url: str
    dashboard_url: str
    login: dict[str, str]

    @property
    def is_true(self) -> bool:
        """Whether nothing is wrong, missed, invented or unexplained, and the run succeeded."""
        wrong = ("pairs_wrong", "breaks_missed", "breaks_unexpected", "undecidable_silent")
        return (
            self.truth["pairs_found"] == self.truth["pairs_expected"]
            and not any(self.truth[name] for name in wrong)
            and self.report.unexplained_minor == 0
            and self.run["state"] == "success"
        )

    def as_data(self, duration_s: float) -> dict[str, Any]:
        """What `demo --once --json` prints."""
        return {
            "seed": self.clock.seed,
            "duration_s": round(duration_s, 1),
            "sources": {
                source["source"]: {
                    "fetched": source["rows_parsed"],
                    "staged": source["entries_new"] + source["entries_changed"],
                    "new": source["entries_new"],
                    "changed": source["entries_changed"],
                    "read_again": source["rows_repeated"],
                    "refused": source["rows_quarantined"],
                    "outside": source["rows_outside"],
                    "of_no_entry": source["rows_of_no_entry"],
                    "quarantined": source["quarantined"],
                }
                for source in self.report.sources
            },
            "reconciliations": {
                edge.reconciliation: {
                    "entries": edge.entries,
                    "matched_groups": edge.matched_groups,
                    "matched_entries": edge.matched_entries,
                    "open_entries": edge.open_entries,
                    "rate": float(edge.rate) if edge.rate else None,
                    "breaks": {line.code: line.breaks for line in edge.codes},
                }
                for edge in self.report.edges
            },
            "truth": self.truth,
            "proof": {
                "accounts_days": self.report.accounts_days,
                "unexplained_minor": self.report.unexplained_minor,
            },
            "airflow": self.run,
        }


@contextmanager
def clock_of(settings: Settings, seed: int | None, rows: int | None) -> Iterator[WorldClock]:
    """This home's world, alone: a new one is anchored at the hour now.

    SettingsError where the home holds another world, a real installation, or a demo that runs.
    """
    home = settings.home
    with (home / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SettingsError(f"{home}: a demo runs on it already") from None
        clock = world.read_clock(home)
        if clock is None:
            if (home / "postgres_ready").exists():
                raise SettingsError(
                    f"{home}: holds an installation that is no demo; "
                    f"try `RECON_HOME={home}-demo ./recon demo`"
                )
            clock = WorldClock(
                DEFAULT_SEED if seed is None else seed,
                DEFAULT_ROWS if rows is None else rows,
                floor_hour(datetime.now(UTC)),
            )
            world.write_clock(home, clock)
        elif seed not in (None, clock.seed) or rows not in (None, clock.rows):
            raise SettingsError(
                f"{home}: holds a world of --seed {clock.seed} --rows {clock.rows}; "
                "ask for that, remove the folder, or give RECON_HOME another one"
            )
        yield clock


def run_demo(
    settings: Settings, clock: WorldClock, say: Say, on_day: OnDay, on_task: OnTask
) -> Demo:
    """Everything up to the report. Whoever calls stops what runs: `services.stop`.

    Airflow and the judge of rows prepare themselves beside: each waits for something else.
    """
    settings = world.simulated(settings, {})  # nothing real goes to a process of the demo
    services.stop(settings)  # what a killed demo left behind
    say("starting Postgres")
    Postgres(settings.home).start()
    last_hour = Interval(clock.anchor - HOUR, clock.anchor)
    with ThreadPoolExecutor(2) as pool:
        prepared = pool.submit(Airflow(settings).setup)
        pool.submit(get_ready)
        say("making the world and starting its banks")
        settings = world.simulated(settings, demo_world.start(settings, clock))
        redact_logging(secret_values(settings))
        started = pool.submit(_start_airflow, settings, last_hour, prepared)
        store = _load_history(settings, last_hour, say, on_day)
        say("waiting for Airflow")
        airflow = started.result()
    airflow.rest().unpause(HOURLY_DAG)
    say(f"the scheduler runs {last_hour}")
    run = airflow.rest().await_run(
        HOURLY_DAG, last_hour, seconds_max=RUN_SECONDS_MAX,
        on_change=lambda states: on_task(_ended(states), sum(states.values()), "to go"),
    )  # fmt: skip
    say("comparing with the truth")
    truth, differences = demo_world.compare(settings, store, clock)
    report = read_report(store)
    if report is None:
        raise DemoFailed("nothing was reconciled: see the run in Airflow")
    return Demo(
        clock=clock, report=report, truth=truth, differences=differences, run=run,
        airflow_url=airflow.url, dashboard_url=airflow.dashboard_url, login=airflow.login(),
    )  # fmt: skip


def _start_airflow(settings: Settings, last_hour: Interval, prepared: Future[bool]) -> Airflow:
    prepared.result()
    airflow = Airflow(settings, first_hour=last_hour.start, last_hour=last_hour.start)
    airflow.start()
    airflow.wait_healthy()
    return airflow


def _load_history(settings: Settings, last_hour: Interval, say: Say, on_day: OnDay) -> Store:
    """Schema, accounts and every day from the world's first up to the scheduler's hour."""
    schema.prepare(settings)
    store = Store.open(settings)
    held = read_go_live(demo_world.accounts_file(settings.home))
    set_accounts(settings, held)
    first = min(date.fromisoformat(item["opening_date"]) for item in held.accounts) + timedelta(
        days=1
    )
    history = Interval(Interval.of_days(first, first).start, last_hour.start)
    days = len(list(day_pieces(history)))
    say(f"loading four business days of history: {days} calendar days with what lies between")
    sources = configured_sources(settings.environment)
    backfill_here(settings, store, history, sources, resume=True, say=say, on_day=on_day)
    return store


def _ended(states: Mapping[str, int]) -> int:
    return sum(count for state, count in states.items() if state in ENDED)
