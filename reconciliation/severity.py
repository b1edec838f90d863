"""How severe a break is: by its code, raised by what is at stake and by age."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from reconciliation.breaks import CODES, RAISED_MAX, SEVERITIES
from reconciliation.model import MINOR_UNIT_DIGITS, minor_text
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


def why(
    judged_by: Mapping[str, Any],
    code: str,
    exposure_minor: int | None,
    currency: str,
    age_days: int | None,
) -> str | None:
    """What `report.severity` judged a break's severity by, for people; `judged_by`: as `rules`,
    None where they do not know the code. `exposure_minor`: unsigned, None: unknown.
    """
    own = judged_by["codes"].get(code)
    if own is None:
        return None
    by_code = f"{code} is {SEVERITIES[own - 1]} by itself"
    if own >= judged_by["raised_max"]:
        return f"{by_code}, and neither amount nor age raises that"
    limit, days = judged_by["amounts_minor"].get(currency), judged_by["age_days"]
    steps = []
    if limit is None:
        steps.append(f"{currency} has no limit that raises it")
    else:
        least = f"{minor_text(limit, currency)} {currency}"
        if exposure_minor is None:
            steps.append(f"{least} at stake would raise it, and what is at stake is unknown")
        elif exposure_minor >= limit:
            steps.append(f"at least {least} at stake raises it a step")
        else:
            steps.append(f"less than {least} is at stake, which does not raise it")
    if days is not None and age_days is not None:
        is_old = age_days >= days
        steps.append(
            f"{days} business days of age {'raise it a step' if is_old else 'would raise it'}"
        )
    highest = SEVERITIES[judged_by["raised_max"] - 1]
    return f"{by_code}; {'; '.join(steps)} (no further than {highest})"


def rank(severity: str | None) -> int:
    """The place in SEVERITIES, from 1; 0 where none is known."""
    return SEVERITIES.index(severity) + 1 if severity else 0
