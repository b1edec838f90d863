"""What a home keeps of its world: which one it is, and the accounts at go-live."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from reconciliation.model import floor_hour, minor_text
from simulator.world import World
from simulator.world_building import build

CLOCK_FILE = "world.json"
ACCOUNTS_FILE = "accounts.json"
SEED, ROWS = 1, 5_000


class AnotherWorld(Exception):
    """The home holds a world of another seed, size or time."""


@dataclass(frozen=True, slots=True)
class Which:
    """Names a world; the same three make the same one."""

    seed: int
    rows: int
    anchor: datetime

    def build(self) -> World:
        return build(self.seed, self.rows, self.anchor)


def which(home: Path, seed: int | None, rows: int | None, anchor: datetime | None) -> Which:
    """What was asked for, else what `home` holds, else this hour's.

    AnotherWorld where `home` holds one that was not asked for.
    """
    path = home / CLOCK_FILE
    if not path.exists():
        now = floor_hour(anchor or datetime.now(UTC))
        return Which(SEED if seed is None else seed, ROWS if rows is None else rows, now)
    kept = json.loads(path.read_text(encoding="utf-8"))
    held = Which(kept["seed"], kept["rows"], datetime.fromisoformat(kept["anchor"]))
    asked = {"seed": seed, "rows": rows, "anchor": floor_hour(anchor) if anchor else None}
    other = [name for name, value in asked.items() if value not in (None, getattr(held, name))]
    if other:
        raise AnotherWorld(f"{home} holds a world with another {', '.join(other)}: remove it first")
    return held


def keep(home: Path, chosen: Which, world: World) -> None:
    """Write CLOCK_FILE and ACCOUNTS_FILE, each whole or not at all."""
    home.mkdir(parents=True, exist_ok=True)
    clock = {**asdict(chosen), "anchor": chosen.anchor.isoformat()}
    for name, content in ((ACCOUNTS_FILE, opening_accounts(world)), (CLOCK_FILE, clock)):
        part = home / f"{name}.part"
        part.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        part.replace(home / name)


def opening_accounts(world: World) -> list[dict[str, str]]:
    """The accounts at go-live, amounts as decimal text."""
    return [
        {
            "account_number": row["account_number"],
            "bank_code": row["bank_code"],
            "currency": row["currency"],
            "opening_date": row["opening_date"].date().isoformat(),
            "opening_ledger": minor_text(row["opening_ledger_minor"], row["currency"]),
            "opening_statement": minor_text(row["opening_statement_minor"], row["currency"]),
        }
        for row in world.accounts.to_dict("records")
    ]
