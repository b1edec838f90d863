"""What people write at go-live, read exactly: amounts, days, account numbers."""

import re
from datetime import date
from typing import Any

from pipeline.errors import SettingsError
from reconciliation.model import MINOR_UNIT_DIGITS

AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>[0-9]{1,15})(?:\.(?P<part>[0-9]{1,3}))?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"[A-Za-z0-9]{4,34}")


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
        if DAY.fullmatch(str(text)):
            return date.fromisoformat(str(text))
    except ValueError:
        pass
    raise SettingsError(f"{what} is not a date such as 2026-03-31")


def number_of(text: Any, where: str) -> str:
    """An account number; it is in no message."""
    number = str(text or "").strip()
    if not NUMBER.fullmatch(number):
        raise SettingsError(f"{where}: account_number is missing or holds more than A-Z and 0-9")
    return number
