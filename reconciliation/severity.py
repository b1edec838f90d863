"""How severe a break is: by its code, raised by what is at stake and by age."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciliation.breaks import CODES, RAISED_MAX, SEVERITIES
from reconciliation.model import MINOR_UNIT_DIGITS
from reconciliation.yaml_place import Place

LIMITS = Path(__file__).parent / "severity.yaml"
LIMIT_MAX = 10**15


@dataclass(frozen=True, slots=True)
class Raise:
    """From where on a break is more severe than its code, one step for each."""

    amounts_minor: Mapping[str, int]  # by currency
    age_days: int | None = None  # business days


@cache
def shared_limits(path: Path = LIMITS) -> Mapping[str, int]:
    """Minor units by currency, for whatever a definition does not say. Each currency that is read
    has one, or its breaks would never be raised and nobody would hear of it. DefinitionError.
    """
    top = Place.of_file(path)
    top.only("amounts_minor")
    given = top.place("amounts_minor")
    given.only(*MINOR_UNIT_DIGITS)
    return MappingProxyType(
        {currency: given.integer(currency, 1, LIMIT_MAX) for currency in MINOR_UNIT_DIGITS}
    )


def raise_of(place: Place | None) -> Raise:
    """A definition's `severity:` over the shared limits; None: it has none. DefinitionError."""
    if place is None:
        return Raise(shared_limits())
    place.only("amounts_minor", "age_days")
    own: dict[str, int] = {}
    if "amounts_minor" in place:
        given = place.place("amounts_minor")
        given.only(*MINOR_UNIT_DIGITS)
        own = {currency: given.integer(currency, 1, LIMIT_MAX) for currency in given}
    age_days = place.integer("age_days", 1, 366) if "age_days" in place else None
    return Raise({**shared_limits(), **own}, age_days)


def rules(raised: Raise) -> dict[str, Any]:
    """What `report.severity` judges by; severities as their place in SEVERITIES, from 1."""
    return {
        "codes": {code.name: SEVERITIES.index(code.severity) + 1 for code in CODES.values()},
        "amounts_minor": dict(raised.amounts_minor),
        "age_days": raised.age_days,
        "raised_max": SEVERITIES.index(RAISED_MAX) + 1,
    }


def rank(severity: str | None) -> int:
    """The place in SEVERITIES, from 1; 0 where none is known."""
    return SEVERITIES.index(severity) + 1 if severity else 0
