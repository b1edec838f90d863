"""Statement files as read, and the proof that each says what it declares.

A file is refused whole when its own figures disagree: count, totals, balances, account, day.
What is wrong in a single row is no reason to refuse the others; the suite keeps that row aside.
Files are proven together, because a file is small and there are many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from adapters.money import minor_units
from adapters.statement import Words
from adapters.times import instants, local_dates
from reconciliation.model import minor_text

Units = np.ndarray[Any, Any]  # int64: minor units, or places
AGAIN = "ask the bank to send it again"
SIDES = ("debit", "credit")


@dataclass(frozen=True, slots=True)
class Statement:
    """`rows`: text under our names, null where blank. Totals are decimals as text, unsigned."""

    rows: pa.Table
    count: str
    total_debit: str
    total_credit: str
    account: str | None = None  # where the file names it apart from its rows
    new_fields: tuple[str, ...] = field(default=())

    @property
    def control(self) -> dict[str, str]:
        return {
            "count": self.count,
            "total_debit": self.total_debit,
            "total_credit": self.total_credit,
        }


@dataclass(frozen=True, slots=True)
class Promise:
    """What a file's name says of its rows."""

    account: str
    day: date


def contradictions(
    statements: Sequence[Statement],
    promises: Sequence[Promise],
    rows: pd.DataFrame,
    words: Words,
    currency: str,
) -> dict[int, str]:
    """The first thing wrong with each file that contradicts itself, by its place; a sentence.

    `rows`: those of all files in their order, text, with `payload_no`, the place of their file,
    and `timestamp`. Both figures are in the sentence, never an account or a narration.
    """
    places = rows["payload_no"].to_numpy("int64")
    found: dict[int, str] = {}
    found |= _totals(statements, rows, places, words, currency)
    found |= _other_days(promises, rows, places, words)
    found |= _other_accounts(statements, promises, rows, places)
    counted = np.bincount(places, minlength=len(statements))
    for place, statement in enumerate(statements):
        if statement.count != str(counted[place]):
            said = ascii(statement.count[:20])
            found[place] = f"declares {said} rows, has {counted[place]}: {AGAIN}"
    return found


def _other_accounts(
    statements: Sequence[Statement],
    promises: Sequence[Promise],
    rows: pd.DataFrame,
    places: Units,
) -> dict[int, str]:
    promised = pd.Series([promise.account for promise in promises], dtype="string")
    account = rows["account_number"].reset_index(drop=True)
    is_other = account.notna() & account.ne(promised[places].reset_index(drop=True)).fillna(True)
    wrong = set(places[is_other.to_numpy(dtype=bool)].tolist())
    wrong |= {
        place
        for place, (statement, promise) in enumerate(zip(statements, promises, strict=True))
        if statement.account not in (None, promise.account)
    }
    return dict.fromkeys(wrong, "holds rows of another account than its name says")


def _other_days(
    promises: Sequence[Promise], rows: pd.DataFrame, places: Units, words: Words
) -> dict[int, str]:
    day = local_dates(instants(rows["timestamp"], words.timestamp, refuse=False))
    promised = np.array([promise.day for promise in promises], dtype="datetime64[s]")
    is_other = day.notna().to_numpy() & (day.to_numpy("datetime64[s]") != promised[places])
    return {
        place: f"{count} rows are of another day than its name says: {AGAIN}"
        for place, count in enumerate(np.bincount(places[is_other]).tolist())
        if count
    }


def _totals(
    statements: Sequence[Statement],
    rows: pd.DataFrame,
    places: Units,
    words: Words,
    currency: str,
) -> dict[int, str]:
    """Totals that differ from what is declared; balances that do not follow from one another."""
    moves = _moves(rows, words, currency)
    found = _broken_chains(moves, places, currency)
    for side in SIDES:
        declared = _units(
            pd.Series([getattr(one, f"total_{side}") for one in statements], dtype="string"),
            currency,
            "plain",
        )
        counted, unread = (
            np.zeros(len(statements), dtype="int64"),
            np.bincount(places, moves.is_unread[side], minlength=len(statements)),
        )
        np.add.at(counted, places, moves.sides[side])  # bincount would add up floats
        gap = declared.fillna(0).to_numpy("int64") - counted
        # What cannot be read may be the gap; the suite keeps those rows aside, by name.
        is_wrong = (gap < 0) | ((gap > 0) & (unread == 0))
        for place in np.flatnonzero(is_wrong | declared.isna().to_numpy()).tolist():
            if pd.isna(declared[place]):
                found[place] = f"its declared total {side} cannot be read"
                continue
            found[place] = (
                f"declares a total {side} of {minor_text(int(declared[place]), currency)}, its "
                f"rows add up to {minor_text(int(counted[place]), currency)}: {AGAIN}"
            )
    return found


@dataclass(frozen=True, slots=True)
class _Moves:
    """A row each: unsigned minor units, and what the row says of the balance."""

    sides: Mapping[str, Units]
    is_unread: Mapping[str, Units]  # by side: an amount that is there and cannot be read
    is_booked: Units  # only SUCCESS moves the balance
    balance: pd.Series  # Int64


def _moves(rows: pd.DataFrame, words: Words, currency: str) -> _Moves:
    if "debit" in rows:
        units = {side: _units(rows[side], currency, words.amount) for side in SIDES}
        is_unread = {side: units[side].isna() & rows[side].notna() for side in SIDES}
    else:
        amount = _units(rows["amount"], currency, words.amount)
        is_debit = _is(rows, "direction", "DEBIT", words)
        units = {"debit": amount.where(is_debit, 0), "credit": amount.mask(is_debit, 0)}
        is_unread = {side: units[side].isna() for side in SIDES}
    return _Moves(
        sides={side: units[side].fillna(0).to_numpy(dtype="int64") for side in SIDES},
        is_unread={side: is_unread[side].to_numpy(dtype=bool) for side in SIDES},
        is_booked=_is(rows, "status", "SUCCESS", words).to_numpy(dtype=bool),
        balance=_units(rows["balance"], currency, words.balance),
    )


def _broken_chains(moves: _Moves, places: Units, currency: str) -> dict[int, str]:
    """Each balance is the one before plus what moved: opening + Σ = closing on the way.

    A row without a readable balance is stepped over; at an amount that cannot be read the
    chain begins anew.
    """
    known = moves.balance.notna().to_numpy(dtype=bool)
    units = moves.balance.fillna(0).to_numpy(dtype="int64")
    moved = np.where(moves.is_booked, moves.sides["credit"] - moves.sides["debit"], 0)
    chains = pd.DataFrame(
        {
            "place": places,
            "opening": units - np.cumsum(moved),
            "link": np.cumsum(moves.is_unread["debit"] | moves.is_unread["credit"]),
        }
    )[known]
    first = chains.groupby(["place", "link"])["opening"].transform("first")
    off = (chains["opening"] - first).to_numpy(dtype="int64")
    found: dict[int, str] = {}
    for at in np.flatnonzero(off)[::-1].tolist():  # the first of each file stays
        row = int(np.flatnonzero(known)[at])
        place, said = int(places[row]), int(units[row])
        found[place] = (
            f"the balance after row {row - int(np.searchsorted(places, place)) + 1} should be "
            f"{minor_text(said - int(off[at]), currency)} and is "
            f"{minor_text(said, currency)}: {AGAIN}"
        )
    return found


def _is(rows: pd.DataFrame, column: str, ours: str, words: Words) -> pd.Series:
    return rows[column].map(dict(words.maps[column])).eq(ours).fillna(False).astype(bool)


def _units(text: pd.Series, currency: str, grammar: str) -> pd.Series:
    return minor_units(text, currency, grammar, refuse=False)
