"""Accounts at go-live: opening balances and open items, from the command line or a JSON file.

A file is a list of accounts, or {"accounts": […], "open_items": […]}. An account has
account_number, and any of bank_code, currency, calendar, opening_date (ISO: the day at whose
end the balances stood), opening_ledger and opening_statement (decimal text). For the items
see pipeline/opening_items.py.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.accounts import Facts, account_facts, set_account
from pipeline.errors import SettingsError
from pipeline.keys import Keys, open_keys
from pipeline.settings import Settings
from pipeline.store import Store, Transaction
from reconciliation.calendars import CALENDARS
from reconciliation.model import MINOR_UNIT_DIGITS

AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>\d{1,15})(?:\.(?P<part>\d{1,3}))?", re.ASCII)
NUMBER = re.compile(r"[A-Za-z0-9]{4,34}")
KNOWN = {
    "account_number", "bank_code", "currency", "calendar",
    "opening_date", "opening_ledger", "opening_statement",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GoLive:
    """What a file holds, as it is written there."""

    accounts: list[dict[str, Any]]


def read_go_live(path: Path) -> GoLive:
    """The file's objects. SettingsError names the file, and never a number in it."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"), parse_float=str, parse_int=str)
    except (OSError, ValueError) as problem:
        raise SettingsError(f"{path}: cannot be read as JSON ({type(problem).__name__})") from None
    if not isinstance(held, list) or not all(isinstance(item, dict) for item in held):
        raise SettingsError(f"{path}: expected a list of objects, one an account")
    return GoLive(held)


def set_accounts(settings: Settings, go_live: GoLive) -> dict[str, int]:
    """Configure all that the file holds, or nothing: one transaction. {"accounts": how many}."""
    given = [_checked(item, place) for place, item in enumerate(go_live.accounts, start=1)]
    _must_be_distinct([item["number"] for item in given])
    store = Store.open(settings)
    keys = open_keys(settings, store)

    def work(transaction: Transaction) -> dict[str, int]:
        _set_all(transaction, keys, given)
        return {"accounts": len(given)}

    return store.effect(work)


def minor_of(text: str, currency: str, what: str) -> int:
    """Decimal text in minor units, exactly. SettingsError where it does not fit the currency."""
    digits = MINOR_UNIT_DIGITS[currency]
    found = AMOUNT.fullmatch(text)
    part = (found["part"] or "") if found else ""
    if found is None or part[digits:].strip("0"):
        raise SettingsError(f"{what}: not an amount with at most {digits} decimals")
    units = int(found["whole"] + part[:digits].ljust(digits, "0"))
    return -units if found["sign"] else units


def day_of(text: Any, what: str) -> date:
    """SettingsError where it is not an ISO date."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise SettingsError(f"{what} is not a date such as 2026-03-31") from None


def _set_all(transaction: Transaction, keys: Keys, given: Sequence[Mapping[str, Any]]) -> None:
    known = account_facts(transaction, keys, [item["number"] for item in given])
    for place, item in enumerate(given, start=1):
        amounts = _amounts(item, known.get(item["number"]), f"account {place}")
        set_account(transaction, keys, **{**item, **amounts})


def _amounts(item: Mapping[str, Any], known: Facts | None, where: str) -> dict[str, Any]:
    """The opening balances in minor units of the account's own currency."""
    stored = known.currency if known else None
    currency = item["currency"] or stored
    names = ("opening_ledger_minor", "opening_statement_minor")
    if currency is None and any(item[name] is not None for name in names):
        raise SettingsError(
            f"{where}: its currency is not known yet; give currency with the amount"
        )
    if known and stored not in (None, currency):
        for name in names:
            if item[name] is None and getattr(known, name) is not None:
                raise SettingsError(
                    f"{where}: {name.removesuffix('_minor')} is kept in {stored};"
                    f" give it again in {currency}"
                )
    return {
        name: None
        if item[name] is None
        else minor_of(item[name], str(currency), f"{where}, {name.removesuffix('_minor')}")
        for name in names
    }


def _checked(item: Mapping[str, Any], place: int) -> dict[str, Any]:
    """What `set_account` takes, the amounts still as text."""
    where = f"account {place}"
    unknown = sorted(set(item) - KNOWN)
    if unknown:
        raise SettingsError(
            f"{where}: unknown {', '.join(unknown)}; known: {', '.join(sorted(KNOWN))}"
        )
    number = str(item.get("account_number") or "").strip()
    if not NUMBER.fullmatch(number):
        raise SettingsError(f"{where}: account_number is missing or holds more than A-Z and 0-9")
    currency = item.get("currency")
    if currency is not None and currency not in MINOR_UNIT_DIGITS:
        raise SettingsError(f"{where}: currency {currency!r} is not known")
    calendar = item.get("calendar")
    if calendar is not None and calendar not in CALENDARS:
        raise SettingsError(f"{where}: calendar {calendar!r} is none of {', '.join(CALENDARS)}")
    opening = item.get("opening_date")
    return {
        "number": number,
        "bank_code": item.get("bank_code"),
        "currency": currency,
        "calendar": calendar,
        "opening_date": None if opening is None else day_of(opening, f"{where}: opening_date"),
        "opening_ledger_minor": _text(item.get("opening_ledger")),
        "opening_statement_minor": _text(item.get("opening_statement")),
    }


def _must_be_distinct(numbers: Sequence[str]) -> None:
    places: dict[str, int] = {}
    for place, number in enumerate(numbers, start=1):
        if number in places:
            raise SettingsError(f"account {place}: the same number as account {places[number]}")
        places[number] = place


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
