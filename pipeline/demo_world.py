"""The simulated world as a program beside us: made, started, and asked for its truth.

Nothing of it is imported: what it says comes as files and JSON.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
from sqlalchemy import make_url

from pipeline import services, world
from pipeline.errors import PipelineError
from pipeline.postgres import Postgres
from pipeline.settings import PROJECT, Settings
from pipeline.store import Store
from pipeline.world import WorldClock

DATABASE = "world"  # where the simulated ledger and app keep their tables
COMPARE_SECONDS_MAX = 300
EXPORTS = ("matches", "breaks", "candidates")  # what the truth is held against
SHARE = Decimal("0.000001")


class WorldFailed(PipelineError):
    """The simulator did not do what was asked: its log is named."""


def start(settings: Settings, clock: WorldClock) -> dict[str, str]:
    """Make the world unless it is there, serve it, and return how to reach it."""
    folder = world.folder(settings.home)
    folder.mkdir(mode=0o700, exist_ok=True)
    service = services.simulator(
        settings,
        ["serve", *_which(folder, clock)],
        # In the environment, not in the arguments: those are in the process list.
        {"SIMULATOR_DATABASE_URL": database_url(settings.home)},
    )
    return services.start_simulator(service, folder / "environment.json")


def accounts_file(home: Path) -> Path:
    """Opening balances of the world's accounts, as `accounts set` reads them."""
    return world.folder(home) / "accounts.json"


def database_url(home: Path) -> str:
    """The world's own database on the embedded server; made when there is none yet."""
    server = Postgres(home)
    dsn = server.superuser_url().replace("postgresql+psycopg2", "postgresql")
    connection = psycopg2.connect(dsn)
    try:
        connection.autocommit = True  # create database refuses a transaction
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_database where datname = %s", (DATABASE,))
            if cursor.fetchone() is None:
                cursor.execute(f"create database {DATABASE} owner recon_owner")
                cursor.execute(f"revoke all on database {DATABASE} from public")
    finally:
        connection.close()
    url = make_url(server.urls().owner).set(database=DATABASE)
    return url.render_as_string(hide_password=False)


def compare(settings: Settings, store: Store, clock: WorldClock) -> tuple[dict[str, Any], str]:
    """The truth against what `export` says: counts of pairs and breaks expected, found, wrong,
    missed; and what differs, in lines for a person.
    """
    from pipeline import export  # noqa: PLC0415

    folder = world.folder(settings.home)
    with tempfile.TemporaryDirectory(dir=settings.home) as drafts:
        exports: list[str] = []
        for name in EXPORTS:
            file = Path(drafts) / f"{name}.csv"
            with file.open("w", newline="") as out:
                export.write(store, name, out, form="csv")
            exports += [f"--{name}", str(file)]
        return ask(
            "compare", *_which(folder, clock),
            "--as-of", clock.anchor.isoformat(),
            *exports, "--json",
        )  # fmt: skip


def judge(
    settings: Settings, clock: WorldClock, reconciliation: str, moment: datetime, drafts: Path
) -> dict[str, Any]:
    """The truth at `moment` against the CSV files in `drafts`, of one edge.

    The counts of `compare`, and of its matches "precision" and "recall" as decimals in text,
    None where there is nothing to divide by.
    """
    counts, _ = ask(
        "compare", *_which(world.folder(settings.home), clock), "--as-of", moment.isoformat(),
        "--reconciliation", reconciliation, "--json",
        *(word for name in EXPORTS for word in (f"--{name}", str(drafts / f"{name}.csv"))),
    )  # fmt: skip
    found, wrong = counts["pairs_found"], counts["pairs_wrong"]
    return {
        **counts,
        "precision": _share(found, found + wrong),
        "recall": _share(found, counts["pairs_expected"]),
    }


def _share(part: int, whole: int) -> str | None:
    return str((Decimal(part) / whole).quantize(SHARE)) if whole else None


def _which(folder: Path, clock: WorldClock) -> list[str]:
    return [
        "--home", str(folder), "--seed", str(clock.seed), "--rows", str(clock.rows),
        "--anchor", clock.anchor.isoformat(),
    ]  # fmt: skip


def ask(*words: str, seconds_max: float = COMPARE_SECONDS_MAX) -> tuple[dict[str, Any], str]:
    """What `python -m simulator` answers in JSON, and what it says beside it.

    WorldFailed where it does not do it; TimeoutExpired where it takes too long.
    """
    done = subprocess.run(
        [sys.executable, "-m", "simulator", *words],
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=seconds_max,
    )  # fmt: skip
    if done.returncode != 0:
        last = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise WorldFailed(f"python -m simulator {words[0]}: {last[0]}")
    answer: Mapping[str, Any] = json.loads(done.stdout)
    return dict(answer), done.stderr.strip()
