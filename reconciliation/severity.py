"""How severe a break is: by its code, raised by amount and age where a definition says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciliation.breaks import CODES, RAISED_MAX, SEVERITIES
from reconciliation.model import MINOR_UNIT_DIGITS
from reconciliation.yaml_place import Place


@dataclass(frozen=True, slots=True)
class Raise:
    """From where on a break is more severe than its code, one step for each."""

    amounts_minor: Mapping[str, int] = field(default_factory=dict)  # by currency
    age_days: int | None = None  # business days


def raise_of(place: Place) -> Raise:
    """A definition's `severity:`. DefinitionError."""
    place.only("amounts_minor", "age_days")
    amounts: dict[str, int] = {}
    if "amounts_minor" in place:
        given = place.place("amounts_minor")
        given.only(*MINOR_UNIT_DIGITS)
        amounts = {currency: given.integer(currency, 1, 10**15) for currency in given}
    age_days = place.integer("age_days", 1, 366) if "age_days" in place else None
    return Raise(amounts, age_days)


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
