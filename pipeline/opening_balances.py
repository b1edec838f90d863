"""Accounts at go-live: opening balances from the command line or a JSON file.

A file is a list of objects: account_number, and any of bank_code, currency, calendar,
opening_date (ISO), opening_ledger and opening_statement (decimal text).
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.accounts import set_account
from pipeline.errors import SettingsError
from pipeline.keys import open_keys
from pipeline.settings import Settings
from pipeline.store import Store
from reconciliation.model import MINOR_UNIT_DIGITS

AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>\d{1,15})(?:\.(?P<part>\d{1,3}))?")
NUMBER = re.compile(r"[A-Za-z0-9]{4,34}")
KNOWN = {
    "account_number", "bank_code", "currency", "calendar",
    "opening_date", "opening_ledger", "opening_statement",
}  # fmt: skip


def read_accounts(path: Path) -> list[dict[str, Any]]:
    """The file's objects. SettingsError names the file, and never a number in it."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"), parse_float=str, parse_int=str)
    except (OSError, ValueError) as problem:
        raise SettingsError(f"{path}: cannot be read as JSON ({type(problem).__name__})") from None
    if not isinstance(held, list) or not all(isinstance(item, dict) for item in held):
        raise SettingsError(f"{path}: expected a list of objects, one an account")
    return held


def set_accounts(settings: Settings, items: Sequence[Mapping[str, Any]]) -> int:
    """Configure them all, or none: everything is checked first. How many there were."""
    checked = [_checked(item, place) for place, item in enumerate(items, start=1)]
    store = Store.open(settings)
    keys = open_keys(settings, store)
    for item in checked:
        set_account(store, keys, **item)
    return len(checked)


def minor_of(text: str, currency: str, what: str) -> int:
    """Decimal text in minor units, exactly. SettingsError where it does not fit the currency."""
    digits = MINOR_UNIT_DIGITS[currency]
    found = AMOUNT.fullmatch(text)
    part = (found["part"] or "") if found else ""
    if found is None or part[digits:].strip("0"):
        raise SettingsError(f"{what}: not an amount with at most {digits} decimals")
    units = int(found["whole"] + part[:digits].ljust(digits, "0"))
    return -units if found["sign"] else units


def _checked(item: Mapping[str, Any], place: int) -> dict[str, Any]:
    where = f"account {place}"
    unknown = sorted(set(item) - KNOWN)
    if unknown:
        raise SettingsError(f"{where}: unknown {', '.join(unknown)}; known: {', '.join(KNOWN)}")
    number = str(item.get("account_number") or "").strip()
    if not NUMBER.fullmatch(number):
        raise SettingsError(f"{where}: account_number is missing or holds more than A-Z and 0-9")
    currency = item.get("currency")
    if currency is not None and currency not in MINOR_UNIT_DIGITS:
        raise SettingsError(f"{where}: currency {currency!r} is not known")
    return {
        "number": number,
        "bank_code": item.get("bank_code"),
        "currency": currency,
        "calendar": item.get("calendar") or "india_bank",
        "opening_date": _day(item.get("opening_date"), where),
        "opening_ledger_minor": _minor(item, "opening_ledger", where),
        "opening_statement_minor": _minor(item, "opening_statement", where),
    }


def _day(text: Any, where: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise SettingsError(f"{where}: opening_date is not a date such as 2026-03-31") from None


def _minor(item: Mapping[str, Any], name: str, where: str) -> int | None:
    text = item.get(name)
    if text is None:
        return None
    return minor_of(str(text), str(item.get("currency") or "INR"), f"{where}, {name}")
