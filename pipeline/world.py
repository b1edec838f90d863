"""A RECON_HOME that holds a simulated world: its clock, seed and size, and how to reach it.

Kept in RECON_HOME/world.json from the first demo on. Every command and every task on such a
home works on the simulated banks and the embedded database, whatever `.env` says about real ones.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from adapters.config import variables_named
from pipeline.database_urls import must_be_private
from pipeline.errors import SettingsError
from pipeline.kept_files import keep
from pipeline.production import must_be_real
from pipeline.redaction import redact_logging
from pipeline.services_process import Service
from pipeline.settings import PROJECT, Settings
from pipeline.wiring import secret_values
from reconciliation.model import floor_hour

SOURCES = PROJECT / "adapters"
SIMULATOR = "simulator"  # its service's name
# An own server or mail account in `.env` is not for a simulation.
BLANKED = (
    "DATABASE_URL", "AIRFLOW_DATABASE_URL", "SMTP_HOST", "SMTP_PORT", "SMTP_USER",
    "SMTP_PASSWORD", "SMTP_FROM", "SMTP_TLS", "REPORT_RECIPIENTS",
)  # fmt: skip
STOPPED = "the simulated banks of this RECON_HOME are not running; start them with `./recon demo`"
NOT_OF_IT = (
    "RECON_HOME holds a demo, which knows its simulated banks alone; "
    "for your own give RECON_HOME another folder"
)


@dataclass(frozen=True, slots=True)
class WorldClock:
    seed: int
    rows: int  # ledger entries a day
    anchor: datetime  # the end of the hour the scheduler runs, UTC


def clock_file(home: Path) -> Path:
    return home / "world.json"


def folder(home: Path) -> Path:
    """What the simulator keeps: its secrets, keys, ports, files and accounts."""
    return home / "world"


def read_clock(home: Path) -> WorldClock | None:
    """None where no world was made. SettingsError on a file nobody can read."""
    path = clock_file(home)
    if not path.exists():
        return None
    try:
        held = json.loads(path.read_text())
        return WorldClock(
            int(held["seed"]), int(held["rows"]), datetime.fromisoformat(held["anchor"])
        )
    except (ValueError, KeyError, TypeError):
        raise SettingsError(
            f"{path}: not a world's clock; remove {home} and run the demo anew"
        ) from None


def write_clock(home: Path, clock: WorldClock) -> None:
    """Whole or not at all."""
    held = {"seed": clock.seed, "rows": clock.rows, "anchor": clock.anchor.isoformat()}
    keep(clock_file(home), json.dumps(held) + "\n")


def simulated(settings: Settings, reached: Mapping[str, str], sources: Path = SOURCES) -> Settings:
    """Settings on the embedded database and the simulated banks; nothing real is left.

    What a YAML in `sources` names is what the simulator says, or blank: a variable that is
    only left out would come back from `.env` in the next process.
    """
    named = variables_named(sources) | {*BLANKED}
    return replace(
        settings,
        database_url=None,
        smtp=None,
        report_recipients=(),
        environment={
            **settings.environment,
            **dict.fromkeys(named, ""),
            **reached,
            "RECON_HOME": str(settings.home),
        },
        unconfigured=NOT_OF_IT if reached else STOPPED,
    )


def ends_at(home: Path, now: datetime) -> datetime:
    """Up to when there is anything to ask for: the last whole hour, and in a demo's home no
    later than where its world ends.
    """
    clock = read_clock(home)
    last = floor_hour(now)
    return last if clock is None else min(last, clock.anchor)


def load_settings() -> Settings:
    """This installation's settings; a demo's home stays with its simulated banks.

    Where every process begins: from here on its logs show no secret of these settings.
    """
    settings = settings_of_home(Settings.load())
    redact_logging(secret_values(settings))
    return settings


def settings_of_home(settings: Settings) -> Settings:
    """The settings as they are, or the simulated ones where the home holds a world.

    SettingsError on a real database that is reached over a network without proof, and on
    test credentials in production.
    """
    if not clock_file(settings.home).exists():
        must_be_private(settings.environment)
        must_be_real(settings)
        return settings
    return simulated(settings, reached(settings.home))


def reached(home: Path) -> dict[str, str]:
    """Variable → value to reach the simulated banks; empty while they do not run."""
    path = folder(home) / "environment.json"
    # One that was killed leaves its file behind, and its ports to anybody.
    if not Service(SIMULATOR, (), {}, home).is_running():
        return {}
    try:
        found: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}  # it is starting or stopping
    return found
