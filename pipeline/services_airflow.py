"""Airflow's four processes: prepared, started on free loopback ports, watched, stopped."""

import os
import socket
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline import airflow_setup
from pipeline.kept_files import keep
from pipeline.patience import Patience, load_a_processor
from pipeline.services_process import Service, ServiceFailed, stop_all
from pipeline.services_rest import AirflowRest
from pipeline.settings import Settings
from reconciliation.model import HOUR, floor_hour

HOURLY_DAG = "hourly_reconciliation"
PORT_WANTED = 8080
HEALTHY_SECONDS_MAX = 180
# Ours to Airflow's words. Logs are local files: nobody needs a server for them.
COMMANDS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
HEALTH_PARTS = {
    "scheduler": "latest_scheduler_heartbeat",
    "dag_processor": "latest_dag_processor_heartbeat",
    "triggerer": "latest_triggerer_heartbeat",
}


class Airflow:
    """Airflow of one installation.

    `first_hour` and `last_hour` are the starts of the hours the scheduler runs by itself:
    from the first on (default: the hour before the installation's first start) it catches up
    with every one; without `last_hour` it goes on for ever. An installation whose hours end (a
    demo, a test) begins with its DAGs paused: `rest().unpause` lets one go when all is ready.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        first_hour: datetime | None = None,
        last_hour: datetime | None = None,
    ) -> None:
        self.settings = settings
        self._first_hour = first_hour
        self._last_hour = last_hour
        self._started_at = datetime.min.replace(tzinfo=UTC)
        self._client: AirflowRest | None = None

    @property
    def port(self) -> int:
        """The API server's port: kept from the last start; 0 before the first."""
        kept = self.settings.home / "run" / "airflow_port"
        return int(kept.read_text()) if kept.exists() else 0

    @property
    def url(self) -> str:
        return f"http://{airflow_setup.HOST}:{self.port}"

    @property
    def dashboard_url(self) -> str:
        return f"{self.url}/recon/"

    def rest(self) -> AirflowRest:
        """The API of the running server."""
        if self._client is None or self._client.base != self.url:
            self._client = AirflowRest(
                self.url, airflow_setup.ADMIN, lambda: airflow_setup.admin_password(self.settings)
            )
        return self._client

    def login(self) -> dict[str, str]:
        """The user and where his password is kept."""
        path = airflow_setup.password_file(self.settings)
        return {"user": airflow_setup.ADMIN, "password_file": str(path)}

    def setup(self) -> bool:
        """Prepare the metadata database, the login and the pool; True when there was work."""
        self._choose_port()
        return airflow_setup.prepare(self.settings, self.port)

    def start(self) -> list[str]:
        """Start the processes that do not run; returns their names. Does not wait for them."""
        self._choose_port()
        self._started_at = datetime.now(UTC)
        variables = airflow_setup.environment(self.settings, self.port, self.schedule())
        return [service.name for service in self._services(variables) if service.start()]

    def schedule(self) -> dict[str, str]:
        """What the DAGs read; the default first hour is kept, so that a restart skips nothing."""
        hours = {"RECON_FIRST_HOUR": self._first()}
        if self._last_hour is not None:
            hours["RECON_LAST_HOUR"] = self._last_hour.isoformat()
            hours["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] = "True"
        return hours

    def _first(self) -> str:
        if self._first_hour is not None:
            return self._first_hour.isoformat()
        given = self.settings.environment.get("RECON_FIRST_HOUR")
        if given:
            return given
        kept = airflow_setup.airflow_home(self.settings) / "first_hour"
        if not kept.exists():
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            keep(kept, f"{(floor_hour(datetime.now(UTC)) - HOUR).isoformat()}\n")
        return kept.read_text().strip()

    def wait_healthy(self, seconds_max: float = HEALTHY_SECONDS_MAX) -> None:
        """Wait until all four answer. ServiceFailed when one ends, or at the time limit, which is
        that of a machine with time for them.
        """
        patience = Patience(seconds_max)
        services = self._services()
        may_move = True
        while True:
            ended = [service for service in services if not service.is_running()]
            if ended and may_move and _free_port(self.port) is None:
                # Another program took the port after we looked and before our server did.
                may_move = False
                self.stop()
                self.start()
                continue
            if ended:
                raise ServiceFailed(f"{ended[0].name} ended: see {ended[0].log}")
            health = self._health()
            waiting = [name for name in HEALTH_PARTS if not self._is_healthy(name, health)]
            if not waiting:
                self.rest().warm()
                return
            if patience.is_over():
                raise ServiceFailed(
                    f"Airflow is not ready after {patience.elapsed:.0f} s: {', '.join(waiting)}"
                    f" (load a processor: {load_a_processor():.1f}). What is loaded stays: run the"
                    f" same command again, when the machine is less busy where that is high; else"
                    f" see {self.settings.home / 'logs'}"
                )
            time.sleep(0.5)

    def stop(self) -> list[str]:
        """Stop all four; returns the names of those that had to be killed."""
        return stop_all(self._services())

    def states(self) -> dict[str, str]:
        """running or stopped, per process."""
        return {
            service.name: "running" if service.is_running() else "stopped"
            for service in self._services()
        }

    def is_up(self) -> bool:
        """Whether the scheduler and the API run and say they are well."""
        running = self.states()
        if running["scheduler"] != "running" or running["api-server"] != "running":
            return False
        return self._is_healthy("scheduler", self._health())

    def _health(self) -> dict[str, Any]:
        """Of our own server; a stranger on its port is not asked, nor told our password."""
        ours = Service("api-server", [], {}, self.settings.home)
        return self.rest().health() if ours.listens(self.port) else {}

    def _is_healthy(self, name: str, health: Mapping[str, Mapping[str, str]]) -> bool:
        """Healthy by a heartbeat of this life: Airflow believes an old one for half a minute."""
        part = health.get(name) or {}
        beat = part.get(HEALTH_PARTS[name])
        if part.get("status") != "healthy" or beat is None:
            return False
        return datetime.fromisoformat(beat) >= self._started_at

    def _services(self, variables: Mapping[str, str] | None = None) -> list[Service]:
        """`variables` are for a start; to look and to stop none are needed."""
        return [
            Service(name, ["-m", "airflow", *words], variables or {}, self.settings.home)
            for name, words in COMMANDS.items()
        ]

    def _choose_port(self) -> None:
        """Keep the port while our server has it or it is free, else take another and keep that."""
        folder = self.settings.home / "run"
        folder.mkdir(mode=0o700, exist_ok=True)
        api_server = Service("api-server", [], {}, self.settings.home)
        if self.port and api_server.is_running():
            return
        for port in (self.port or PORT_WANTED, 0):
            free = _free_port(port)
            if free is not None:
                keep(folder / "airflow_port", f"{free}\n")
                return
        raise ServiceFailed(f"no free port on {airflow_setup.HOST}")


def _free_port(wanted: int) -> int | None:
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((airflow_setup.HOST, wanted))
        except OSError:
            return None
        port: int = probe.getsockname()[1]
        return port
