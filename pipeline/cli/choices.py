"""Names people type: one that is not known is refused, and the near ones are named."""

from collections.abc import Iterable
from difflib import get_close_matches

from pipeline.cli.failures import Misused
from pipeline.settings import Settings
from pipeline.source_checks import read_sources
from reconciliation.breaks import CODES
from reconciliation.definition import load_definitions

NEAR_MAX, NEAR_ENOUGH = 3, 0.5
LISTED_MAX = 20  # of more than that nobody reads all: the nearest are named, however far


def known(value: str | None, allowed: Iterable[str], option: str, what: str) -> None:
    """Misused where `value` is none of `allowed`; None, an option not given, is fine."""
    names = sorted(allowed)
    if value is None or value in names:
        return
    by_case = {name.casefold(): name for name in names}
    near = get_close_matches(value.casefold(), by_case, NEAR_MAX, NEAR_ENOUGH)
    if near:
        next_step = f"Did you mean {' or '.join(by_case[name] for name in near)}?"
    elif len(names) > LISTED_MAX:
        nearest = get_close_matches(value.casefold(), by_case, NEAR_MAX, 0.0)
        next_step = f"The nearest are: {', '.join(by_case[name] for name in nearest)}."
    else:
        next_step = f"There are: {', '.join(names)}."
    raise Misused(f"{option}: no {what} is called {value!r}", next_step)


def known_reconciliation(value: str | None, option: str = "--reconciliation") -> None:
    known(value, (item.name for item in load_definitions()), option, "reconciliation")


def known_code(value: str | None) -> None:
    known(value, CODES, "--code", "break code")


def known_source(value: str | None, settings: Settings, option: str = "--source") -> None:
    if value is not None:
        known(value, read_sources(settings), option, "source")
