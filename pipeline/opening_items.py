"""Entries that were open when we began, as a file gives them.

Each is an object: source, txn_id (the source's own id), amount (decimal text, unsigned),
direction, business_date; where the source has accounts account_number, which must be one that
is set; where it has several kinds of entries dataset; and any of currency (else the account's),
rrn, utr, settlement_utr, order_id, payment_id, transaction_type, description, and open_on: the
reconciliations the entry was open on, where that is not all of its source's. A payment that is
given only so that a later refund finds it has an empty open_on.

The list is whole: what an earlier one held and this one does not is retracted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.base import Dataset, SourceConfig
from adapters.config import load_source
from pipeline.accounts import Facts
from pipeline.errors import SettingsError
from pipeline.opening_texts import day_of, minor_of, number_of
from pipeline.settings import PROJECT
from reconciliation.definition import load_definitions
from reconciliation.model import DIRECTIONS, MINOR_UNIT_DIGITS, TRANSACTION_TYPES

NEEDED = ("source", "txn_id", "amount", "direction", "business_date")
REFERENCES = {
    "rrn": (re.compile(r"[0-9]{12}"), "12 digits"),
    "utr": (re.compile(r"[A-Z0-9]{4,35}"), "4 to 35 of A-Z and 0-9"),
    "settlement_utr": (re.compile(r"[A-Z0-9]{4,35}"), "4 to 35 of A-Z and 0-9"),
}
TEXTS = ("order_id", "payment_id", "description")
KNOWN = {
    *NEEDED, *REFERENCES, *TEXTS, "dataset", "account_number", "currency", "transaction_type",
    "open_on",
}  # fmt: skip
TEXT_MAX = 500
HAS_ACCOUNTS = ("bank_statement",)  # suites whose every entry is on an account
HAS_TYPES = ("gateway", "settlement")  # suites whose entries mean nothing without their type


@dataclass(frozen=True, slots=True)
class Item:
    """One item whose own fields are well formed; its account is still to be looked up."""

    where: str
    config: SourceConfig
    dataset: Dataset
    txn_id: str
    number: str | None
    amount: str
    currency: str | None
    direction: str
    day: date
    transaction_type: str | None
    texts: Mapping[str, str | None]  # REFERENCES and TEXTS
    open_on: tuple[str, ...] | None

    @property
    def source(self) -> str:
        return self.config.name


def checked_items(given: Sequence[Mapping[str, Any]], environment: Mapping[str, str]) -> list[Item]:
    """SettingsError names the item, the field and what is wrong with it; never a number."""
    items = [_checked(item, place, environment) for place, item in enumerate(given, start=1)]
    places: dict[tuple[str, str], str] = {}
    for item in items:
        first = places.setdefault((item.source, item.txn_id), item.where)
        if first != item.where:
            raise SettingsError(f"{item.where}: the same source and txn_id as {first}")
    return items


def entry_of(
    item: Item, accounts: Mapping[str, Facts], last_opening: date | None
) -> dict[str, Any]:
    """The item as canonical values, and account_id. `last_opening`: of all accounts, which
    bounds an item that is on none.
    """
    facts = accounts.get(item.number) if item.number else None
    if item.number and facts is None:
        raise SettingsError(f"{item.where}: account_number is no account that is set")
    opened = facts.opening_date if facts else last_opening
    if opened is None:
        whose = "its account has" if facts else "no account has"
        raise SettingsError(f"{item.where}: {whose} no opening_date; set it with the balances")
    if item.day > opened:
        raise SettingsError(
            f"{item.where}: business_date {item.day} is after the opening date {opened}:"
            " from then on the source itself tells"
        )
    minor = minor_of(item.amount, _currency(item, facts), f"{item.where}: amount")
    signed = minor if item.direction == "CREDIT" else -minor
    is_line = item.dataset.suite == "settlement"
    reference = next((item.texts[name] for name in REFERENCES if item.texts[name]), None)
    return {
        **item.texts,
        "entry_key": item.txn_id,
        "txn_id": item.txn_id,
        "account_id": facts.account_id if facts else None,
        "bank_code": _bank(item, facts),
        "amount_minor": signed,
        "currency": _currency(item, facts),
        "direction": item.direction,
        "status": "SUCCESS",
        "timestamp_precision": "day",
        "business_date": item.day,
        "booking_date": item.day,
        "transaction_type": item.transaction_type,
        "reference_number": reference,
        "settlement_id": item.txn_id.partition("@")[2] or None if is_line else None,
        "gross_minor": minor if is_line else None,
        # Also what makes a change of open_on alone a new version.
        "raw_status": "open at go-live"
        + ("" if item.open_on is None else f" on {', '.join(item.open_on) or 'no edge'}"),
    }


def _checked(item: Mapping[str, Any], place: int, environment: Mapping[str, str]) -> Item:
    where = f"open item {place}"
    unknown = sorted(set(item) - KNOWN)
    if unknown:
        raise SettingsError(
            f"{where}: unknown {', '.join(unknown)}; known: {', '.join(sorted(KNOWN))}"
        )
    text = {name: _text(item, name, where) for name in KNOWN - {"open_on"}}
    for name in NEEDED:
        if text[name] is None:
            raise SettingsError(f"{where}: {name} is missing")
    config = _config(str(text["source"]), where, environment)
    dataset = _dataset(config, text["dataset"], where)
    _one_of(text["direction"], DIRECTIONS, f"{where}: direction")
    _one_of(text["transaction_type"], TRANSACTION_TYPES, f"{where}: transaction_type")
    _one_of(text["currency"], tuple(MINOR_UNIT_DIGITS), f"{where}: currency")
    if text["transaction_type"] is None and dataset.suite in HAS_TYPES:
        raise SettingsError(f"{where}: transaction_type is missing; {config.name} needs it")
    if text["account_number"] is None and dataset.suite in HAS_ACCOUNTS:
        raise SettingsError(f"{where}: account_number is missing; {config.name} needs it")
    for name, (pattern, words) in REFERENCES.items():
        if text[name] is not None:
            text[name] = str(text[name]).upper()
            if not pattern.fullmatch(str(text[name])):
                raise SettingsError(f"{where}: {name} is not {words}")
    amount = str(text["amount"])
    if amount.startswith("-"):
        raise SettingsError(f"{where}: amount is negative; say DEBIT or CREDIT in direction")
    if text["account_number"] is not None:
        number_of(text["account_number"], where)
    return Item(
        where=where,
        config=config,
        dataset=dataset,
        txn_id=str(text["txn_id"]),
        number=text["account_number"],
        amount=amount,
        currency=text["currency"],
        direction=str(text["direction"]),
        day=day_of(text["business_date"], f"{where}: business_date"),
        transaction_type=text["transaction_type"],
        texts={name: text[name] for name in (*REFERENCES, *TEXTS)},
        open_on=_open_on(item.get("open_on"), config.name, where),
    )


def _config(source: str, where: str, environment: Mapping[str, str]) -> SourceConfig:
    folder = PROJECT / "adapters"
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    _one_of(source, tuple(names), f"{where}: source")
    return load_source(folder / f"{source}.yaml", environment)


def _dataset(config: SourceConfig, name: str | None, where: str) -> Dataset:
    names = [held.name for held in config.datasets.values() if held.kind == "entries"]
    if name is None and len(names) > 1:
        raise SettingsError(f"{where}: dataset is missing; {config.name} has {', '.join(names)}")
    name = name or names[0]
    _one_of(name, tuple(names), f"{where}: dataset")
    return config.datasets[name]


def _open_on(given: Any, source: str, where: str) -> tuple[str, ...] | None:
    if given is None:
        return None
    edges = tuple(held.name for held in load_definitions() if source in held.sources)
    if not isinstance(given, list):
        raise SettingsError(f"{where}: open_on is not a list of reconciliations")
    for name in given:
        _one_of(str(name), edges, f"{where}: open_on")
    return tuple(sorted({str(name) for name in given}))


def _currency(item: Item, facts: Facts | None) -> str:
    stored = facts.currency if facts else None
    if item.currency is None and stored is None:
        raise SettingsError(f"{item.where}: currency is missing, and no account tells it")
    if stored is not None and item.currency not in (None, stored):
        raise SettingsError(f"{item.where}: currency is {item.currency}, its account's {stored}")
    return str(item.currency or stored)


def _bank(item: Item, facts: Facts | None) -> str | None:
    """Whose account it is: our ledger's entries are told apart by it."""
    own = item.config.bank_code
    if item.dataset.suite in HAS_ACCOUNTS and facts and facts.bank_code not in (None, own):
        raise SettingsError(f"{item.where}: its account is one of {facts.bank_code}, not of {own}")
    if item.dataset.suite != "ledger":
        return own
    if facts and facts.bank_code is None:
        raise SettingsError(f"{item.where}: its account has no bank_code; set it first")
    return facts.bank_code if facts else None


def _text(item: Mapping[str, Any], name: str, where: str) -> str | None:
    value = item.get(name)
    if value is None:
        return None
    text = str(value).strip() if isinstance(value, str) else ""
    if not text or len(text) > TEXT_MAX or not text.isprintable():
        raise SettingsError(f"{where}: {name} is not a text of 1 to {TEXT_MAX} characters")
    return text


def _one_of(value: str | None, allowed: tuple[str, ...], what: str) -> None:
    if value is not None and value not in allowed:
        raise SettingsError(f"{what} is none of {', '.join(allowed)}")
