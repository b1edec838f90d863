"""A RECON_HOME that holds a simulated world: its clock, seed and size, and how to reach it.

Kept in RECON_HOME/world.json from the first demo on. Every command on such a home works on
the simulated banks and the embedded database, whatever `.env` says about real ones.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pipeline.errors import SettingsError
from pipeline.settings import Settings

# An own server or mail account in `.env` is not for a simulation.
BLANKED = ("DATABASE_URL", "AIRFLOW_DATABASE_URL", "SMTP_HOST", "REPORT_RECIPIENTS")


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
    part = clock_file(home).with_suffix(".part")
    held = {"seed": clock.seed, "rows": clock.rows, "anchor": clock.anchor.isoformat()}
    part.write_text(json.dumps(held) + "\n")
    part.replace(clock_file(home))


def simulated(settings: Settings, reached: Mapping[str, str]) -> Settings:
    """Settings on the embedded database and the simulated banks; nothing real is left."""
    return replace(
        settings,
        database_url=None,
        smtp=None,
        report_recipients=(),
        environment={**settings.environment, **dict.fromkeys(BLANKED, ""), **reached},
    )


def settings_of_home(settings: Settings) -> Settings:
    """The settings as they are, or the simulated ones where the home holds a world."""
    if not clock_file(settings.home).exists():
        return settings
    return simulated(settings, reached(settings.home))


def reached(home: Path) -> dict[str, str]:
    """Variable → value to reach the simulated banks; empty while they do not run."""
    path = folder(home) / "environment.json"
    if not path.exists():
        return {}
    found: dict[str, str] = json.loads(path.read_text())
    return found
