"""Names people type: one that is not known is refused, and the near ones are named."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from pipeline.cli.failures import Misused
from pipeline.settings import Settings
from pipeline.source_checks import read_sources
from reconciliation.breaks import CODES, SEVERITIES, STATUSES
from reconciliation.definition import load_definitions

NEAR_MAX, NEAR_ENOUGH = 3, 0.5
LAST_FOUR = re.compile(r"[A-Za-z0-9]{1,4}")
LISTED_MAX = 20  # of more than that nobody reads all: the nearest are named, however far


def known(value: str | None, allowed: Iterable[str], option: str, what: str) -> None:
    """Misused where `value` is none of `allowed`; None, an option not given, is fine."""
    names = sorted(allowed)
    if value is None or value in names:
        return
    if not names:
        raise Misused(f"{option}: no {what} is called {value!r}", "There is none yet.")
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


def known_status(value: str | None) -> None:
    _one_of(value, STATUSES, "--status", "status")


def known_severity(value: str | None) -> None:
    _one_of(value, SEVERITIES, "--severity", "severity")


def _one_of(value: str | None, allowed: tuple[str, ...], option: str, what: str) -> None:
    """Few enough to be told all, in their own order."""
    if value is not None and value not in allowed:
        raise Misused(
            f"{option}: no {what} is called {value!r}", f"There are: {', '.join(allowed)}."
        )


def known_person(value: str | None, people: Iterable[str]) -> None:
    """`people`: whom a break was ever given to."""
    known(value, people, "--assigned-to", "person that has or had a break")


def known_account(value: str | None, last_fours: Iterable[str]) -> None:
    if value is not None and not LAST_FOUR.fullmatch(value):
        # Not said again: it may be a whole number.
        raise Misused(
            "--account: what is given is not the last four of an account's number",
            "Give them alone, as `./recon accounts list` shows them.",
        )
    known(value, last_fours, "--account", "account")


def known_source(value: str | None, settings: Settings, option: str = "--source") -> None:
    if value is not None:
        known(value, read_sources(settings), option, "source")
