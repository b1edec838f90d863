"""Everything that runs beside the command line: Airflow, Postgres and the simulated banks.

settings = Settings.load()
Postgres(settings.home).start()
airflow = Airflow(settings); airflow.setup(); airflow.start(); airflow.wait_healthy()
states(settings)      # {"postgres": "running", "scheduler": "running", …}
stop(settings)        # all of it, in the order that loses nothing
"""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.patience import Patience
from pipeline.postgres import Postgres
from pipeline.services_airflow import HOURLY_DAG, Airflow
from pipeline.services_process import Service, ServiceFailed, stop_all
from pipeline.services_rest import AirflowRest, BackfillBusy
from pipeline.settings import PROJECT, Settings
from pipeline.world import SIMULATOR

__all__ = [
    "HOURLY_DAG",
    "Airflow",
    "AirflowRest",
    "BackfillBusy",
    "ServiceFailed",
    "simulator",
    "start_simulator",
    "states",
    "stop",
    "wait_until_stopped",
]

LOOK_SECONDS = 2.0  # between two looks whether anything still runs


def simulator(
    settings: Settings, arguments: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Service:
    """The simulated banks as a process: `python -m simulator` with these arguments."""
    variables = {
        **settings.environment,
        **(environment or {}),
        "RECON_HOME": str(settings.home),
        "PYTHONPATH": str(PROJECT),
        "PYTHONUNBUFFERED": "1",
    }
    return Service(SIMULATOR, ["-m", "simulator", *arguments], variables, settings.home)


def start_simulator(service: Service, ready: Path, seconds_max: float = 120) -> dict[str, str]:
    """Start it and wait for the file in which it says how to reach it: variable → value.

    ServiceFailed when it ends or is not ready in time.
    """
    if not service.is_running():
        ready.unlink(missing_ok=True)
        service.start()
    patience = Patience(seconds_max)
    while not ready.exists():
        if not service.is_running():
            raise ServiceFailed(f"{service.name} ended: see {service.log}")
        if patience.is_over():
            raise ServiceFailed(
                f"{service.name} not ready after {patience.elapsed:.0f} s: see {service.log}, and"
                " run the same command again"
            )
        time.sleep(0.1)
    reached: dict[str, str] = json.loads(ready.read_text())
    return reached


def states(settings: Settings) -> dict[str, str]:
    """running or stopped, per service; Postgres only where it is the embedded one."""
    found = {
        **Airflow(settings).states(),
        SIMULATOR: "running" if simulator(settings).is_running() else "stopped",
    }
    if settings.database_url is None:
        found["postgres"] = "running" if Postgres(settings.home).is_running() else "stopped"
    return found


def wait_until_stopped(settings: Settings) -> None:
    """Until nothing of it runs: somebody stopped it, as `./recon down` does."""
    while "running" in states(settings).values():
        time.sleep(LOOK_SECONDS)


def stop(settings: Settings) -> list[str]:
    """Stop everything: the scheduler and its tasks first, the database last.

    Returns the names of what had to be killed. Nothing to do is fine.
    """
    killed = Airflow(settings).stop()
    killed += stop_all([simulator(settings)], seconds_max=10)
    if settings.database_url is None:
        Postgres(settings.home).stop()
    return killed
