"""Account numbers in, account ids out: encrypted once a number, joined by blind index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from sqlalchemy import RowMapping

from pipeline.keys import Keys
from pipeline.store import Store, Transaction
from reconciliation.definition import load_definitions

LAST = 4


@dataclass(frozen=True, slots=True)
class Facts:
    """What is set of an account, as far as it is."""

    account_id: int
    bank_code: str | None
    currency: str | None
    opening_date: date | None
    opening_ledger_minor: int | None
    opening_statement_minor: int | None


class Accounts:
    """Remembers what it has looked up: one instance a step."""

    def __init__(self, store: Store, keys: Keys, source: str) -> None:
        self._store = store
        self._keys = keys
        self._source = source
        self._ids: dict[str, int] = {}

    def ids(
        self,
        numbers: "pd.Series[str]",
        bank_codes: "pd.Series[str] | None" = None,
        currencies: "pd.Series[str] | None" = None,
    ) -> "pd.Series[int]":
        """Account ids (Int64) aligned with the numbers; a blank number has none.

        Numbers met for the first time are noted as `discovered`, in a transaction of their
        own: two sources that meet the same account must not wait for each other's load.
        """
        codes, distinct = pd.factorize(numbers.astype("string"))
        unknown = [number for number in distinct if number not in self._ids]
        if unknown:
            first = pd.Series(np.arange(len(codes))).groupby(codes).first()
            self._discover(
                {
                    str(number): (
                        _cell(bank_codes, first[code]),
                        _cell(currencies, first[code]),
                    )
                    for code, number in enumerate(distinct)
                    if number not in self._ids
                }
            )
        ids = np.array([self._ids[str(number)] for number in distinct] + [-1], dtype="int64")
        found = pd.Series(ids[codes], index=numbers.index).astype("Int64")
        return found.mask(codes < 0)

    def _discover(self, met: dict[str, tuple[str | None, str | None]]) -> None:
        indexes = {number: self._keys.index_of(number) for number in met}
        params = {
            "indexes": list(indexes.values()),
            "ciphers": [_sealed(self._keys, number, indexes[number]) for number in met],
            "last4s": [number[-LAST:] for number in met],
            "bank_codes": [bank for bank, _ in met.values()],
            "currencies": [currency for _, currency in met.values()],
        }

        def note(transaction: Transaction) -> list[RowMapping]:
            known = transaction.rows("ops/account_ids", indexes=params["indexes"])
            if len(known) == len(met):
                return known
            transaction.run("ops/discover_accounts", source=self._source, **params)
            return transaction.rows("ops/account_ids", indexes=params["indexes"])

        ids = {bytes(row["number_index"]): row["account_id"] for row in self._store.effect(note)}
        self._ids.update({number: ids[index] for number, index in indexes.items()})


def set_account(
    transaction: Transaction,
    keys: Keys,
    *,
    number: str,
    bank_code: str | None = None,
    currency: str | None = None,
    calendar: str | None = None,
    opening_date: date | None = None,
    opening_ledger_minor: int | None = None,
    opening_statement_minor: int | None = None,
    closing_date: date | None = None,
) -> int:
    """Configure an account before or after it is met; its id. What is None stays as it was.

    `opening_date` is the business date at whose end the opening balances stood; after
    `closing_date` no statement is waited for.
    """
    number = number.strip()
    index = keys.index_of(number)
    account_id: int = transaction.value(
        "ops/set_account",
        number_index=index,
        number_cipher=_sealed(keys, number, index),
        last4=number[-LAST:],
        bank_code=bank_code,
        currency=currency,
        calendar=calendar,
        opening_date=opening_date,
        opening_ledger_minor=opening_ledger_minor,
        opening_statement_minor=opening_statement_minor,
        closing_date=closing_date,
    )
    return account_id


def account_facts(transaction: Transaction, keys: Keys, numbers: Sequence[str]) -> dict[str, Facts]:
    """What is configured or met of these numbers; one that is neither is left out."""
    indexes = {keys.index_of(number): number for number in numbers}
    rows = transaction.rows("ops/account_facts", indexes=list(indexes))
    return {
        indexes[bytes(row["number_index"])]: Facts(
            **{name: value for name, value in row.items() if name != "number_index"}
        )
        for row in rows
    }


def list_accounts(store: Store) -> list[RowMapping]:
    """Every account with its number as last four, and what was open on it at go-live."""
    ledgers = {
        source
        for definition in load_definitions()
        if definition.proof == "accounts"
        for source in definition.ledger.sources
    }
    with store.transaction() as transaction:
        return transaction.rows("ops/list_accounts", ledger_sources=sorted(ledgers))


def list_opening_items(store: Store) -> list[RowMapping]:
    """What was open at go-live in sums: source, currency, items, amount_minor."""
    with store.transaction() as transaction:
        return transaction.rows("ops/list_opening_items")


def _sealed(keys: Keys, number: str, index: bytes) -> bytes:
    return keys.data.seal(number.encode(), b"account|" + index)


def _cell(column: "pd.Series[str] | None", place: int) -> str | None:
    if column is None:
        return None
    value = column.iloc[place]
    return None if pd.isna(value) else str(value)
