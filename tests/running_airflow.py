"""One Airflow a test session, with its four processes, on a simulated world of its own.

The world is small and its hour one just over; the DAGs begin paused.
"""

import hashlib
import io
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg2
import requests
from psycopg2.extensions import connection

from pipeline import demo_world, export, schema, services, world
from pipeline.landing import DEEP_READ_HOUR
from pipeline.opening_balances import set_accounts
from pipeline.opening_file import read_go_live
from pipeline.postgres import Postgres
from pipeline.services import HOURLY_DAG, Airflow
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.world import WorldClock
from reconciliation.model import HOUR, IST, Interval, floor_hour
from tests.quick_folder import quick_folder

ROWS_A_DAY = 300
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE")
SETTINGS = {
    # Late at once: the deadline is to be seen to fire.
    "RECON_HOURLY_DEADLINE_MINUTES": "0",
    # What Airflow waits for before it runs a task again, shorter than in airflow.cfg.
    "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "1",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "15",
    "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
    "AIRFLOW__SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "scram_iterations": "1"}
BEFORE = "before_the_hour"  # a copy of the engine's database
HEALTHY_SECONDS_MAX = 400  # on a machine that runs the other tests as well
RUN_SECONDS_MAX = 300


@dataclass(frozen=True)
class Running:
    airflow: Airflow
    settings: Settings
    hour: Interval  # what the scheduler runs by itself
    unharmed: dict = field(default_factory=dict)  # `exported` right after its first run

    @property
    def store(self) -> Store:
        return Store.open(self.settings)

    def first_run(self) -> dict:
        """The scheduler's own run of the hour, ended."""
        rest = self.airflow.rest()
        rest.unpause(HOURLY_DAG)
        run = rest.await_run(HOURLY_DAG, self.hour, seconds_max=RUN_SECONDS_MAX)
        if not self.unharmed:
            self.unharmed.update(self.exported())
        return run

    def exported(self) -> dict:
        """A fingerprint of each export."""
        found = {}
        for what in export.COLUMNS:
            out = io.StringIO()
            rows = export.write(self.store, what, out)
            found[what] = (rows, hashlib.sha256(out.getvalue().encode()).hexdigest())
        return found

    def tasks(self, run_id: str, dag_id: str = HOURLY_DAG) -> dict[str, tuple[str, int]]:
        """task → (state, number of its try)."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances"
        page = self.airflow.rest().get(path, {"limit": "100"})["task_instances"]
        return {task["task_id"]: (task["state"], task["try_number"]) for task in page}

    def await_state(self, run_id: str, dag_id: str = HOURLY_DAG) -> str:
        """How the run ended."""
        end = time.monotonic() + RUN_SECONDS_MAX
        while True:
            state = self.airflow.rest().run(dag_id, run_id)["state"]
            if state in ("success", "failed"):
                return state
            assert time.monotonic() < end, self.tasks(run_id, dag_id)
            time.sleep(1)

    @contextmanager
    def fault(self, source: str, kind: str, **words: object) -> Iterator[None]:
        """The simulated source does wrong while the block runs (`simulator.faults`)."""
        try:
            self._control("POST", source, {"kind": kind, **words})
            yield
        finally:
            self._control("DELETE", source)

    def is_spoiled(self, source: str) -> bool:
        """Whether every fault of the source has been met as often as it was to be."""
        return not self._control("GET", source).get(source)

    def _control(self, method: str, source: str, words: dict | None = None) -> dict:
        reached = self.settings.environment
        answer = requests.request(
            method,
            f"{reached['SIMULATOR_CONTROL_URL']}/faults/{source}",
            json=words,
            headers={"Authorization": f"Bearer {reached['SIMULATOR_CONTROL_TOKEN']}"},
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json()

    def restore(self) -> None:
        """The engine's database as it was before the hour; Airflow remembers its runs."""
        execute(
            self.settings.home,
            "postgres",
            "drop database recon with (force)",
            f"create database recon template {BEFORE} owner recon_owner",
            "revoke all on database recon from public",
            "grant connect on database recon to recon_etl, recon_app, recon_auditor",
            "grant temporary on database recon to recon_etl",
        )


def superuser(home: Path, database: str) -> connection:
    """A connection of the server's own superuser; each statement is committed at once."""
    url = Postgres(home).superuser_url(database).replace("postgresql+psycopg2", "postgresql")
    opened = psycopg2.connect(url)
    opened.autocommit = True
    return opened


def _anchor() -> datetime:
    """Now, but after the hour of the deep read: that one takes old files that a bank corrects
    once they were read, so the same hour run again rightly finds more.
    """
    anchor = floor_hour(datetime.now(UTC))
    is_deep = (anchor - HOUR).astimezone(IST).hour == DEEP_READ_HOUR
    return anchor - HOUR if is_deep else anchor


def execute(home: Path, database: str, *statements: str) -> None:
    opened = superuser(home, database)
    try:
        with opened.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        opened.close()


@contextmanager
def installation() -> Iterator[Running]:
    """Started, and stopped at the end."""
    home = quick_folder("recon-airflow-")
    inherited = {name: os.environ[name] for name in KEPT if name in os.environ}
    settings = world.simulated(Settings.load(env=inherited | SETTINGS, home=home), {})
    try:
        Postgres(home, extra=FAST).start()
        clock = WorldClock(seed=7, rows=ROWS_A_DAY, anchor=_anchor())
        world.write_clock(home, clock)
        settings = world.simulated(settings, demo_world.start(settings, clock))
        schema.prepare(settings)
        set_accounts(settings, read_go_live(demo_world.accounts_file(home)))
        execute(home, "postgres", f"create database {BEFORE} template recon")
        hour = Interval(clock.anchor - HOUR, clock.anchor)
        airflow = Airflow(settings, first_hour=hour.start, last_hour=hour.start)
        airflow.setup()
        airflow.start()
        airflow.wait_healthy(HEALTHY_SECONDS_MAX)
        yield Running(airflow, settings, hour)
    finally:
        services.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


class Lazily:
    """The one installation, made when it is first asked for, and again after a stop."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._running: Running | None = None

    def started(self) -> Running:
        if self._running is None:
            self._running = self._stack.enter_context(installation())
        return self._running

    def stop(self) -> None:
        self._running = None
        self._stack.close()
