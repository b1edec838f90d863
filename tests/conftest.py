"""What every test may ask for: a real Postgres, a fresh database, settings.

`postgres`      the session's embedded server (each xdist worker has its own)
`database`      a fresh, migrated database: its URLs by role
`database_url`  its owner's URL
`store`         a Store on it as the steps use it (role recon_etl), its connections kept open
`owner_store`   the same as the schemas' owner
`running`       Airflow, started by the first test that asks (tests/running_airflow.py)
`settings`      Settings of an installation on it, RECON_HOME in tmp_path
"""

import base64
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import make_url
from xdist.scheduler import LoadFileScheduling

from pipeline.postgres import Postgres
from pipeline.schema import migrate
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store
from tests.quick_folder import quick_folder
from tests.running_airflow import Lazily, Running

TEMPLATE = "recon_template"
FAST = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
    "scram_iterations": "1",  # a third of what a connection costs, and tests make thousands
}  # fmt: skip
AIRFLOW = "airflow"
# Timings belong in the benchmark: on a busy machine one example may take a second.
hypothesis_settings.register_profile("recon", deadline=None)
hypothesis_settings.load_profile("recon")


class WholeFiles(LoadFileScheduling):
    """A file stays with one xdist worker, and all that start Airflow are as one: it starts once.

    `--dist loadgroup` would say so by marks, which xdist 3.8 loses on pytest 9.2 (its issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return AIRFLOW if starts_airflow(file) else file

    def _assign_work_unit(self, node: Any) -> None:
        if AIRFLOW in self.workqueue:
            self.workqueue.move_to_end(AIRFLOW, last=False)  # the longest of all goes first
        super()._assign_work_unit(node)


@cache
def starts_airflow(file: str) -> bool:
    return "pytest.mark.airflow" in (PROJECT / file).read_text()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles:
    return WholeFiles(config, log)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    home = quick_folder("recon-test-")
    server = Postgres(home, extra=FAST)
    server.start()
    try:
        _execute(server, f"create database {TEMPLATE} template recon owner recon_owner")
        migrate(Store(url_of(server, "owner", TEMPLATE)))
        yield server
    finally:
        _superuser.cache_clear()
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def airflow_if_used() -> Iterator[Lazily]:
    lazily = Lazily()
    yield lazily
    lazily.stop()


@pytest.fixture
def running(airflow_if_used: Lazily) -> Running:
    return airflow_if_used.started()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Airflow that nobody uses takes a sixth of a processor: it ends with its last test."""
    used = getattr(item, "funcargs", {}).get("airflow_if_used")
    if used is not None and "running" not in getattr(nextitem, "fixturenames", ()):
        used.stop()


@dataclass(frozen=True)
class Database:
    owner: str
    etl: str
    app: str
    auditor: str
    name: str


@pytest.fixture(scope="module")
def template() -> str:
    """What `database` is a copy of. A module whose tests all begin alike has its own: `filled`."""
    return TEMPLATE


@pytest.fixture
def database(postgres: Postgres, template: str) -> Iterator[Database]:
    with copied(postgres, template) as database:
        yield database


@contextmanager
def filled(postgres: Postgres, fill: Callable[[Store, Store], object]) -> Iterator[str]:
    """The name of a migrated database that `fill(store, owner_store)` has written to, to copy."""
    with copied(postgres, TEMPLATE) as database:
        with (
            Store(database.etl).kept_open() as store,
            Store(database.owner).kept_open() as owner_store,
        ):
            fill(store, owner_store)
        yield database.name


@contextmanager
def copied(postgres: Postgres, template: str) -> Iterator[Database]:
    name = f"t_{uuid.uuid4().hex[:12]}"
    _execute(
        postgres,
        f"create database {name} template {template} strategy file_copy owner recon_owner",
        f"revoke all on database {name} from public",
        f"grant connect on database {name} to recon_etl, recon_app, recon_auditor",
        f"grant temporary on database {name} to recon_etl",
    )
    yield Database(
        name=name,
        **{role: url_of(postgres, role, name) for role in ("owner", "etl", "app", "auditor")},
    )
    _execute(postgres, f"drop database {name} with (force)")


@pytest.fixture
def database_url(database: Database) -> str:
    return database.owner


@pytest.fixture
def store(database: Database) -> Iterator[Store]:
    with Store(database.etl).kept_open() as store:
        yield store


@pytest.fixture
def owner_store(database: Database) -> Iterator[Store]:
    with Store(database.owner).kept_open() as store:
        yield store


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    return Settings.load(env=environment(database.owner), home=tmp_path / "home")


def environment(database_url: str) -> dict[str, str]:
    """The variables of an installation on that database, with keys that are always the same."""
    key = base64.b64encode(bytes(range(32))).decode()
    return {
        "DATABASE_URL": database_url,
        "RECON_DATA_KEYS": f"test:{key}",
        "RECON_INDEX_KEY": key,
    }


def url_of(server: Postgres, role: str, database: str) -> str:
    url = make_url(getattr(server.urls(), role)).set(database=database)
    return url.render_as_string(hide_password=False)


def _execute(server: Postgres, *statements: str) -> None:
    with _superuser(server.superuser_url()).cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@cache
def _superuser(url: str) -> Any:
    """A connection for the session: two a test would cost as much as its database."""
    connection = psycopg2.connect(url.replace("postgresql+psycopg2", "postgresql"))
    connection.autocommit = True
    return connection
