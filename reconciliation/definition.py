"""Reconciliations are found, not registered: every definitions/*.yaml is one edge.

Read once into frozen dataclasses. An error names file, line and key.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciliation.calendars import CALENDARS
from reconciliation.contract import Contract, contract_of
from reconciliation.severity import Raise, raise_of
from reconciliation.subset_sum import AMOUNTS_MAX
from reconciliation.suggestions import Bounds
from reconciliation.where import EVERYTHING, Where, WhereError, parse_where
from reconciliation.yaml_place import DefinitionError, Place

FOLDER = Path(__file__).parent / "definitions"
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
# What an open entry means differs by shape: sql/breaks/<shape>_*.sql say it.
SHAPES = ("ledger_bank", "three_way", "gateway_settlement", "settlement_bank")
# A key of an entry under which a pass looks for its partners: matching/record_blocks.sql.
BLOCKS = ("rrn", "utr", "order_id", "payment_id", "entity_id", "settlement_utr", "amount")
PROOFS = ("accounts", "clearing", "none")
DUE = re.compile(r"(?P<hours>[0-9]{1,3})h|(?P<days>[0-9]{1,2}) business days?")
SIDES_BY_SHAPE = {"three_way": 3}
PASS_KEYS = ("name", "sql", "block", "tier")
TIERS_MAX = 4


@dataclass(frozen=True, slots=True)
class Due:
    """When an open item becomes a break: hours after the entry, or the end of the business
    day that many after its own."""

    hours: int | None = None
    business_days: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    name: str  # ledger, external; in a three-way the source's name
    sources: tuple[str, ...]
    where: Where
    due: Due


@dataclass(frozen=True, slots=True)
class Pass:
    """One rule in its turn: sql/passes/<sql>.sql with these parameters.

    A pass of a later tier sees only what the tiers before it left open, and what it decides
    for an entry depends on the open entries of its blocks alone.
    """

    name: str
    sql: str
    block: tuple[str, ...]
    tier: int
    parameters: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Definition:
    name: str
    version: int
    title: str
    shape: str
    calendar: str
    proof: str
    owner: str
    sides: tuple[Side, ...]  # the ledger side first
    passes: tuple[Pass, ...]
    days_apart_max: int  # how far apart two entries with one reference still speak of one movement
    hold_minutes: int  # how far a partner's own time may be from an entry's
    rounding_minor_max: int  # paise up to which a difference is called rounding; 0: none is
    block_size_max: int  # entries one key may join before the block is UNSEARCHED
    suggest: Bounds | None  # how far what stands alone is searched; None: nothing is suggested
    severity: Raise
    contract: Contract
    runbook: str
    text: str  # the file, word for word

    @property
    def ledger(self) -> Side:
        return self.sides[0]

    @property
    def sha256(self) -> str:
        """A rule that changed is another rule, whatever its version says."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def sources(self) -> tuple[str, ...]:
        """Each source of the edge once, in the order of its sides."""
        return tuple(dict.fromkeys(source for side in self.sides for source in side.sources))

    @property
    def lacked(self) -> dict[str, str]:
        """Break code → the side that lacks its entry, where two others could have it."""
        if self.shape != "three_way":
            return {}
        codes = ("MIS_IN_LEDGER", "MIS_IN_GATEWAY", "MIS_IN_MOBILE")
        return dict(zip(codes, (side.name for side in self.sides), strict=True))

    def lacking(self, code: str, source: str) -> list[str]:
        """The sources whose entry is missing where one of `source` stands alone with `code`."""
        sides = [side for side in self.sides if source not in side.sources]
        if code in self.lacked:
            sides = [side for side in sides if side.name == self.lacked[code]]
        return list(dict.fromkeys(name for side in sides for name in side.sources))

    def role(self, source: str | None) -> str | None:
        """What an entry of `source` is here: ledger or external; of three, ledger, gateway, mobile.

        None where no side has the source, or there is none.
        """
        three = self.shape == "three_way"
        roles = ("ledger", "gateway", "mobile") if three else ("ledger", "external")
        for role, side in zip(roles, self.sides, strict=True):
            if source in side.sources:
                return role
        return None

    @property
    def tiers(self) -> tuple[tuple[Pass, ...], ...]:
        """The passes in their order, those of one tier together."""
        return tuple(tuple(group) for _, group in groupby(self.passes, key=lambda item: item.tier))


def blocks_of(passes: Iterable[Pass]) -> tuple[str, ...]:
    return tuple(sorted({kind for item in passes for kind in item.block}))


@cache
def load_definitions(folder: Path = FOLDER) -> tuple[Definition, ...]:
    """Every reconciliation, in name order. DefinitionError."""
    return tuple(load_definition(path) for path in sorted(folder.glob("*.yaml")))


def load_definition(path: Path) -> Definition:
    """The file's stem is the reconciliation's name. DefinitionError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise DefinitionError(f"{path.name}, line 1: not YAML") from None
    return definition_of(path.stem, text, path.name)


@cache
def definition_of(name: str, text: str, file: str = "") -> Definition:
    """A definition by its words; `file` is what errors call it. DefinitionError."""
    file = file or name
    if not NAME.fullmatch(name):
        raise DefinitionError(f"{file}: a reconciliation's name is lower case, digits and _")
    top = Place.of_text(file, text)
    top.only(
        "version", "title", "shape", "calendar", "proof", "owner", "sides", "passes",
        "days_apart_max", "hold_minutes", "rounding_minor_max", "block_size_max", "suggest",
        "severity", "contract", "runbook",
    )  # fmt: skip
    shape = top.choice("shape", SHAPES)
    sides = top.place("sides")
    wanted = SIDES_BY_SHAPE.get(shape, 2)
    if len(sides) != wanted:
        raise top.error("sides", f"shape {shape} has {wanted} sides, the ledger side first")
    return Definition(
        name=name,
        version=top.integer("version", 1, 10**6),
        title=top.text("title"),
        shape=shape,
        calendar=top.choice("calendar", CALENDARS),
        proof=top.choice("proof", PROOFS, "none"),
        owner=top.text("owner"),
        sides=tuple(_side(name, sides.place(name)) for name in sides),
        passes=_passes(top),
        days_apart_max=top.integer("days_apart_max", 0, 31),
        hold_minutes=top.integer("hold_minutes", 0, 24 * 60),
        rounding_minor_max=top.integer("rounding_minor_max", 0, 1000, 0),
        block_size_max=top.integer("block_size_max", 2, 10**6),
        suggest=_suggest(top.place("suggest")) if "suggest" in top else None,
        severity=raise_of(top.place("severity") if "severity" in top else None),
        contract=contract_of(top.place("contract")) if "contract" in top else Contract(),
        runbook=top.text("runbook"),
        text=text,
    )


def _side(name: str, place: Place) -> Side:
    place.only("source", "where", "due")
    where = EVERYTHING
    if "where" in place:
        try:
            where = parse_where(place.text("where"))
        except WhereError as problem:
            raise place.error("where", str(problem)) from None
    found = DUE.fullmatch(place.text("due"))
    if not found:
        raise place.error("due", "expected hours such as 24h, or days such as 2 business days")
    due = Due(
        hours=int(found["hours"]) if found["hours"] else None,
        business_days=int(found["days"]) if found["days"] else None,
    )
    return Side(name, place.texts("source"), where, due)


def _suggest(place: Place) -> Bounds:
    place.only("days_apart_max", "sum_entries_max", "text_score_min", "searches_max")
    return Bounds(
        days_apart_max=place.integer("days_apart_max", 0, 31),
        sum_entries_max=place.integer("sum_entries_max", 2, AMOUNTS_MAX),
        text_score_min=place.integer("text_score_min", 0, 100),
        searches_max=place.integer("searches_max", 1, 100_000),
    )


def _passes(top: Place) -> tuple[Pass, ...]:
    places: tuple[Any, ...] = top.read("passes", tuple, "a list of passes")
    passes: list[Pass] = []
    for at, place in enumerate(places):
        if not isinstance(place, Place):
            raise top.error("passes", f"number {at + 1} is not a mapping")
        name, block = place.text("name"), place.texts("block")
        if name in {item.name for item in passes}:
            raise place.error("name", f"{name} is there twice")
        for kind in block:
            if kind not in BLOCKS:
                raise place.error("block", f"no block {kind!r}; one of {', '.join(BLOCKS)}")
        if not NAME.fullmatch(place.text("sql")):
            raise place.error("sql", "expected the name of a file in sql/passes")
        tier = place.integer("tier", 1, TIERS_MAX) if "tier" in place else 1
        if tier not in (last := passes[-1].tier if passes else 1, last + 1):
            raise place.error("tier", f"a pass after one of tier {last} is of that or the next")
        parameters = {key: place[key] for key in place if key not in PASS_KEYS}
        for key, value in parameters.items():
            if not isinstance(value, (int, str)):
                raise place.error(key, "expected text or a whole number")
        passes.append(Pass(name, place.text("sql"), block, tier, MappingProxyType(parameters)))
    if not passes:
        raise top.error("passes", "at least one is needed")
    return tuple(passes)
