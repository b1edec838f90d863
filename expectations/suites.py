"""Suites: what rows of one shape must hold, read from `expectations/<shape>.yaml`.

A suite names *facts* (booleans we compute, `expectations.facts`) and, where no fact will
do, any expectation of Great Expectations by its type. Every check carries the sentence a
person reads in the quarantine. A check on a column the source does not send is left out:
whether a column must be there is the source's `required`, not the shape's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from expectations.facts import FACTS

FOLDER = Path(__file__).parent
KEYS = {"identity", "checks", "expectations"}


@dataclass(frozen=True, slots=True)
class Check:
    """One fact that must be true of every row."""

    columns: tuple[str, ...]  # the first is the one a person is told
    holds: str  # a key of FACTS
    reason: str


@dataclass(frozen=True, slots=True)
class Native:
    """One expectation of Great Expectations, as it names it."""

    type: str
    kwargs: Mapping[str, Any]
    reason: str


@dataclass(frozen=True, slots=True)
class Suite:
    name: str
    identity: tuple[tuple[str, ...], ...]  # the first whose columns are all there counts
    checks: tuple[Check, ...]
    natives: tuple[Native, ...]


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


@lru_cache
def load(name: str) -> Suite:
    """The suite of that name. ValueError, naming file and key, where it is ill-formed."""
    if name not in names():
        raise ValueError(f"no suite {name!r} in expectations/: there are {', '.join(names())}")
    path = FOLDER / f"{name}.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if unknown := set(content) - KEYS:
        raise ValueError(f"{path.name}: unknown keys {sorted(unknown)}")
    return Suite(
        name=name,
        identity=tuple(tuple(columns) for columns in content.get("identity", [])),
        checks=tuple(_check(path.name, entry) for entry in content.get("checks", [])),
        natives=tuple(
            Native(entry["type"], entry["kwargs"], entry["reason"])
            for entry in content.get("expectations", [])
        ),
    )


def _check(file: str, entry: Mapping[str, Any]) -> Check:
    if set(entry) != {"columns", "holds", "reason"}:
        raise ValueError(f"{file}: a check has columns, holds and reason, not {sorted(entry)}")
    if entry["holds"] not in FACTS:
        raise ValueError(f"{file}: no fact {entry['holds']!r}: there are {', '.join(FACTS)}")
    return Check(tuple(entry["columns"]), entry["holds"], entry["reason"])
