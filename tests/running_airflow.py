"""One Airflow a test session, with its four processes, on a simulated world of its own.

The world is small and its hour is the one before now; the DAGs begin paused.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import demo_world, schema, services, world
from pipeline.errors import PipelineError
from pipeline.opening_balances import read_go_live, set_accounts
from pipeline.postgres import Postgres
from pipeline.services import Airflow
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.world import WorldClock
from reconciliation.model import HOUR, Interval, floor_hour

ROWS_A_DAY = 300
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Running:
    airflow: Airflow
    settings: Settings
    hour: Interval  # what the scheduler runs by itself

    @property
    def store(self) -> Store:
        return Store.open(self.settings)


HEALTHY_SECONDS_MAX = 400  # on a machine that runs the other tests as well
_started: list[Running] = []
_failed: list[str] = []


def running_airflow(config: pytest.Config) -> Running:
    """The session's Airflow, started when it is first asked for and stopped at the end."""
    if _failed:
        pytest.fail(f"Airflow did not start: {_failed[0]}")  # once is long enough to wait
    if not _started:
        context = _installation()
        try:
            _started.append(context.__enter__())
        except PipelineError as failure:
            _failed.append(str(failure))
            raise
        config.add_cleanup(lambda: context.__exit__(None, None, None))
    return _started[0]


@contextmanager
def _installation() -> Iterator[Running]:
    # Not pytest's own folder: that one is private, and as root the server is another user.
    home = Path(tempfile.mkdtemp(prefix="recon-airflow-", dir="/var/tmp"))
    home.chmod(0o711)
    inherited = {name: os.environ[name] for name in KEPT if name in os.environ}
    # Late at once: the deadline is to be seen to fire.
    given = inherited | {"RECON_HOURLY_DEADLINE_MINUTES": "0"}
    settings = world.simulated(Settings.load(env=given, home=home), {})
    try:
        Postgres(home, extra={"fsync": "off", "synchronous_commit": "off"}).start()
        clock = WorldClock(seed=7, rows=ROWS_A_DAY, anchor=floor_hour(datetime.now(UTC)))
        world.write_clock(home, clock)
        settings = world.simulated(settings, demo_world.start(settings, clock))
        schema.prepare(settings)
        set_accounts(settings, read_go_live(demo_world.accounts_file(home)))
        hour = Interval(clock.anchor - HOUR, clock.anchor)
        airflow = Airflow(settings, first_hour=hour.start, last_hour=hour.start)
        airflow.setup()
        airflow.start()
        airflow.wait_healthy(HEALTHY_SECONDS_MAX)
        yield Running(airflow, settings, hour)
    finally:
        services.stop(settings)
        shutil.rmtree(home, ignore_errors=True)
