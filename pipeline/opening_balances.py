"""Accounts at go-live: opening balances and open items, from the command line or a JSON file.

For the file see pipeline/opening_file.py, for the items pipeline/opening_items.py. An account
has account_number, and any of bank_code, currency, calendar, opening_date (ISO: the day at whose
end the balances stood), opening_ledger and opening_statement (decimal text), closing_date (ISO:
the last day of which a statement is waited for).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.accounts import Facts, account_facts, set_account
from pipeline.errors import SettingsError
from pipeline.keys import Keys, open_keys
from pipeline.opening_file import GoLive
from pipeline.opening_items import checked_items
from pipeline.opening_load import load_items
from pipeline.opening_texts import day_of, minor_of, number_of
from pipeline.settings import Settings
from pipeline.store import Store, Transaction
from reconciliation.calendars import CALENDARS
from reconciliation.model import MINOR_UNIT_DIGITS

KNOWN = {
    "account_number", "bank_code", "currency", "calendar",
    "opening_date", "opening_ledger", "opening_statement", "closing_date",
}  # fmt: skip


def set_accounts(settings: Settings, go_live: GoLive) -> dict[str, Any]:
    """Configure all that the file holds, or nothing: one transaction.

    {"accounts": how many, and with items "open_items": {"given", "new", "changed",
    "retracted"}}.
    """
    given = [_checked(item, place) for place, item in enumerate(go_live.accounts, start=1)]
    _must_be_distinct([item["number"] for item in given])
    written = go_live.open_items
    items = checked_items(written or [], settings.environment)
    store = Store.open(settings)
    keys = open_keys(settings, store)

    def work(transaction: Transaction) -> dict[str, Any]:
        _set_all(transaction, keys, given)
        if written is None:
            return {"accounts": len(given)}
        return {
            "accounts": len(given),
            "open_items": load_items(transaction, keys, items, written),
        }

    return store.effect(work)


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
    for name, value in item.items():
        if value is not None and not isinstance(value, str):
            raise SettingsError(f"{where}: {name} is not text; write it in quotes")
    number = number_of(item.get("account_number"), where)
    currency = item.get("currency")
    if currency is not None and currency not in MINOR_UNIT_DIGITS:
        raise SettingsError(f"{where}: currency {currency!r} is not known")
    calendar = item.get("calendar")
    if calendar is not None and calendar not in CALENDARS:
        raise SettingsError(f"{where}: calendar {calendar!r} is none of {', '.join(CALENDARS)}")
    days = {
        name: None if item.get(name) is None else day_of(item[name], f"{where}: {name}")
        for name in ("opening_date", "closing_date")
    }
    return {
        "number": number,
        "bank_code": item.get("bank_code"),
        "currency": currency,
        "calendar": calendar,
        "opening_ledger_minor": _text(item.get("opening_ledger")),
        "opening_statement_minor": _text(item.get("opening_statement")),
        **days,
    }


def _must_be_distinct(numbers: Sequence[str]) -> None:
    places: dict[str, int] = {}
    for place, number in enumerate(numbers, start=1):
        if number in places:
            raise SettingsError(f"account {place}: the same number as account {places[number]}")
        places[number] = place


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
