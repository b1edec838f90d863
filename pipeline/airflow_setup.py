"""What Airflow is told, and its first-time preparation.

Airflow is a program here, not a library: it is configured by `airflow.cfg` and the
variables made below, and started as processes of its own. Nothing in this package imports it.
"""

import base64
import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import make_url

from pipeline.errors import PipelineError, SettingsError
from pipeline.postgres import Postgres
from pipeline.secret_files import kept_secret
from pipeline.services_process import private_log
from pipeline.settings import PROJECT, Settings

HOST = "127.0.0.1"
ADMIN = "admin"
LOGIN_KEPT_AS = "airflow_admin_password"
HEAVY_POOL = "heavy"
HEAVY_SLOTS = 2  # a task with pandas and Great Expectations at work takes about 300 MB
PREPARE_SECONDS_MAX = 300


class AirflowSetupFailed(PipelineError):
    """Airflow's metadata could not be prepared: the log file is named."""


def airflow_home(settings: Settings) -> Path:
    return settings.home / "airflow"


def password_file(settings: Settings) -> Path:
    """Where the generated password of `ADMIN` is kept (0600)."""
    return settings.home / "secrets" / LOGIN_KEPT_AS


def admin_password(settings: Settings) -> str:
    return kept_secret(settings.home, LOGIN_KEPT_AS)


def metadata_url(settings: Settings) -> str:
    """SQLAlchemy URL of Airflow's own database.

    AIRFLOW_DATABASE_URL, else database `airflow` of the embedded server. SettingsError for
    an own server without it, or before the embedded server's first start.
    """
    given = settings.environment.get("AIRFLOW_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg2").render_as_string(False)
    if settings.database_url is not None:
        raise SettingsError(
            "AIRFLOW_DATABASE_URL: DATABASE_URL is your own server, "
            "so say which database of it Airflow keeps its metadata in"
        )
    return Postgres(settings.home).urls().airflow


def environment(
    settings: Settings, port: int, schedule: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Every variable of Airflow's processes, tasks included.

    `schedule` may hold RECON_FIRST_HOUR and RECON_LAST_HOUR, the starts of the first and last
    hour the scheduler runs by itself (ISO 8601), and AIRFLOW__ variables that go with them.
    """
    home = airflow_home(settings)
    url = f"http://{HOST}:{port}"
    # From inside a task: what Airflow told that task is not for another program.
    inherited = {
        name: value
        for name, value in {**os.environ, **settings.environment}.items()
        if not name.startswith(("_AIRFLOW", "__AIRFLOW"))
    }
    return {
        **inherited,
        **(schedule or {}),
        "RECON_HOME": str(settings.home),
        "PYTHONPATH": str(PROJECT),
        "PYTHONUNBUFFERED": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "NO_PROXY": _no_proxy(settings.environment),
        "AIRFLOW_HOME": str(home),
        "AIRFLOW_CONFIG": str(PROJECT / "airflow.cfg"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__FERNET_KEY": kept_secret(settings.home, "airflow_fernet", _fernet_key),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__SECRET_KEY": kept_secret(settings.home, "airflow_session"),
        "AIRFLOW__API_AUTH__JWT_SECRET": kept_secret(settings.home, "airflow_jwt", _jwt_key),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": metadata_url(settings),
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(home / "logs/dags"),
        "AIRFLOW__FAB__CONFIG_FILE": str(PROJECT / "plugins" / "webserver_config.py"),
    }


def prepare(settings: Settings, port: int) -> bool:
    """Make or upgrade Airflow's metadata, the login and the pool; True when there was work.

    Done once for each release of Airflow and password; AirflowSetupFailed names its log.
    """
    home = airflow_home(settings)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = home / "prepared"
    wanted = _fingerprint(settings)
    if marker.exists() and marker.read_text() == wanted:
        return False
    log = settings.home / "logs" / "airflow-setup.log"
    log.parent.mkdir(mode=0o700, exist_ok=True)
    variables = environment(settings, port)
    variables["RECON_AIRFLOW_ADMIN"] = ADMIN
    variables["RECON_AIRFLOW_PASSWORD"] = admin_password(settings)
    variables["RECON_AIRFLOW_POOL"] = f"{HEAVY_POOL}:{HEAVY_SLOTS}"
    with private_log(log) as out:
        try:
            done = subprocess.run(
                [sys.executable, str(PROJECT / "plugins" / "prepare_metadata.py")],
                env=variables, cwd=home, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                timeout=PREPARE_SECONDS_MAX, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise AirflowSetupFailed(
                f"Airflow's database was not ready in {PREPARE_SECONDS_MAX} s: see {log}"
            ) from None
    if done.returncode != 0:
        raise AirflowSetupFailed(f"Airflow's database could not be prepared: see {log}")
    marker.write_text(wanted)
    return True


def _fingerprint(settings: Settings) -> str:
    """Changes when the metadata must be prepared again; tells nothing of the password."""
    parts = (
        version("apache-airflow-core"),
        version("apache-airflow-providers-fab"),
        metadata_url(settings),
        admin_password(settings),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _jwt_key() -> str:
    return secrets.token_urlsafe(64)  # HS512 wants 64 bytes


def _no_proxy(merged: Mapping[str, str]) -> str:
    """Tasks reach the API server on loopback: never through a proxy of the environment."""
    given = merged.get("NO_PROXY") or merged.get("no_proxy") or ""
    return ",".join(filter(None, (given, HOST, "localhost")))
