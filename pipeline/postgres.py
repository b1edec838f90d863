"""The embedded Postgres: set up once, started and stopped by hand.

The wheel's own wrapper trusts every local user, listens on a socket only and gives a
start ten seconds; here it is scram from the first moment, TCP on 127.0.0.1 as well, and
a minute for crash recovery.
"""

import fcntl
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg2
from sqlalchemy import URL

from pipeline.errors import SettingsError, StoreUnavailable
from pipeline.kept_files import keep
from pipeline.postgres_databases import make_roles_and_databases
from pipeline.postgres_place import Place, find_place, give
from pipeline.secret_files import kept_secret

HOST = "127.0.0.1"
SUPERUSER = "postgres"
START_SECONDS_MAX = 60  # crash recovery after a power cut
SOCKET_FOLDER_MAX = 90  # characters; with the file's name a socket may have 107
# Modest: the whole system with Airflow has to fit in 3 GB.
CONFIGURATION = {
    "max_connections": "80",
    "shared_buffers": "192MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "96MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "min_wal_size": "256MB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "io_method": "sync",  # two processors: what workers of its own read ahead cost a fifth more
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",  # a week, then over
    "log_rotation_age": "1d",
    "log_truncate_on_rotation": "on",
    # The log must not repeat rows: no statements, no DETAIL, no COPY context.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True, slots=True)
class Urls:
    """SQLAlchemy URLs with passwords, one a role."""

    owner: str
    etl: str
    app: str
    auditor: str
    airflow: str


class Postgres:
    """One server per RECON_HOME. `extra` overrides the configuration (tests: fsync off)."""

    def __init__(self, home: Path, extra: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.extra = dict(extra or {})

    def start(self) -> Urls:
        """Start it unless it runs; idempotent, and safe from two processes at once. It stays.

        StoreUnavailable when it is not ready within a minute; the message names the log.
        """
        with self._alone():
            self._make_run()
            self._lent.unlink(missing_ok=True)
        return self.urls()

    def stop(self) -> None:
        """Stop it cleanly; nothing to do when it does not run."""
        with self._alone():
            self._make_stop()

    @contextmanager
    def lent(self) -> Iterator[Urls]:
        """The URLs while the block runs. Where it was down, the last of all who were lent it
        stops it again, whoever of them started it.
        """
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        with (self.home / "postgres_users.lock").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            with self._alone():
                if not self.is_running():
                    self._make_run()
                    self._lent.touch()
            try:
                yield self.urls()
            finally:
                with self._alone():
                    if self._lent.exists() and _is_last(users):
                        self._make_stop()

    @property
    def _lent(self) -> Path:
        """There while it runs only because it was lent."""
        return self.home / "postgres_lent"

    def _make_run(self) -> None:
        place = find_place(self.home)
        if not (place.data / "PG_VERSION").exists():
            self._initialise(place)
        if not self.is_running():
            self._launch(place)
        if not (self.home / "postgres_ready").exists():
            make_roles_and_databases(self._connect, self._secret)
            (self.home / "postgres_ready").touch()

    def _make_stop(self) -> None:
        self._lent.unlink(missing_ok=True)
        if not self.is_running():
            return
        place = find_place(self.home)
        done = place.run("pg_ctl", "stop", "-D", str(place.data), "-m", "fast", "-t", "60")
        if done.returncode != 0:
            raise StoreUnavailable(f"Postgres does not stop: see {place.folder / 'log'}")

    def is_running(self) -> bool:
        """Whether the process its pid file names is a Postgres on this folder."""
        if not (self.home / "postgres_port").exists():
            return False
        data = find_place(self.home).data
        pid = _pid_in(data)
        return pid is not None and _serves(pid, data)

    def urls(self) -> Urls:
        """Where to connect, whether it runs or not. SettingsError before the first start."""
        if not (self.home / "postgres_port").exists():
            raise SettingsError(f"{self.home}: no database yet; start it with ./recon up")
        url = self._url
        return Urls(
            owner=url("recon_owner", "recon"),
            etl=url("recon_etl", "recon"),
            app=url("recon_app", "recon"),
            auditor=url("recon_auditor", "recon"),
            airflow=url("airflow", "airflow"),
        )

    def superuser_url(self, database: str = "postgres") -> str:
        return self._url(SUPERUSER, database)

    def _url(self, role: str, database: str) -> str:
        return URL.create(
            "postgresql+psycopg2",
            username=role,
            password=self._secret(role),
            host=HOST,
            port=int((self.home / "postgres_port").read_text()),
            database=database,
        ).render_as_string(hide_password=False)

    def _secret(self, role: str) -> str:
        return kept_secret(self.home, f"postgres_{role}")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        with (self.home / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _initialise(self, place: Place) -> None:
        password = place.folder / "password"
        password.touch(mode=0o600)
        password.write_text(self._secret(SUPERUSER))
        give(password, place.user)
        done = place.run(
            "initdb", "-D", str(place.data), "-U", SUPERUSER, f"--pwfile={password}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--no-instructions",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
        password.unlink()
        if done.returncode != 0:
            raise StoreUnavailable(f"initdb failed: {done.stdout.strip()[-400:]}")

    def _launch(self, place: Place) -> None:
        port = self._port()
        lines = {
            **CONFIGURATION,
            "listen_addresses": HOST,
            "port": str(port),
            "unix_socket_directories": _socket_folder(place),
            "log_directory": str(place.folder / "log"),
            **self.extra,
        }
        text = "".join(f"{name} = '{value}'\n" for name, value in lines.items())
        # In place: the file is the server user's own and stays so.
        (place.data / "postgresql.auto.conf").write_text(text)
        # A pid file whose process is gone, or is now another program, stops every start.
        pid = _pid_in(place.data)
        if pid is not None and not _serves(pid, place.data):
            (place.data / "postmaster.pid").unlink(missing_ok=True)
        log = place.folder / "log" / "start.log"
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            done = place.run(
                "pg_ctl", "start", "-D", str(place.data), "-l", str(log),
                "-w", "-t", str(START_SECONDS_MAX),
            )  # fmt: skip
            if done.returncode == 0:
                return
            # Children of a killed server need a moment to let go of its memory.
            if time.monotonic() > deadline:
                raise StoreUnavailable(f"Postgres did not start within a minute: see {log}")
            time.sleep(1)

    def _port(self) -> int:
        """The port kept from the last start while it is free, else a free one, kept."""
        kept = self.home / "postgres_port"
        wanted = int(kept.read_text()) if kept.exists() else 0
        for port in (wanted, 0):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind((HOST, port))
                except OSError:
                    continue
                free: int = probe.getsockname()[1]
            keep(kept, f"{free}\n")
            return free
        raise StoreUnavailable("no free port on 127.0.0.1")

    def _connect(self, database: str) -> Any:
        return psycopg2.connect(
            host=HOST,
            port=int((self.home / "postgres_port").read_text()),
            user=SUPERUSER,
            password=self._secret(SUPERUSER),
            dbname=database,
        )


@contextmanager
def serving(home: Path) -> Iterator[Urls]:
    """The server's URLs while the block runs; see `Postgres.lent`."""
    with Postgres(home).lent() as urls:
        yield urls


def _is_last(users: IO[str]) -> bool:
    """Whether nobody else holds the lock that everybody shares who was lent the server."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid_in(data: Path) -> int | None:
    try:
        first = (data / "postmaster.pid").read_text().splitlines()[0]
    except (FileNotFoundError, IndexError):
        return None
    return int(first) if first.strip().isdigit() else None


def _serves(pid: int, data: Path) -> bool:
    """Whether that process is a Postgres on that folder (its pid may be another's by now)."""
    try:
        return str(data) in psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False
    except psutil.AccessDenied:
        return True


def _socket_folder(place: Place) -> str:
    folder = str(place.folder / "socket")
    return folder if len(folder) <= SOCKET_FOLDER_MAX else ""
