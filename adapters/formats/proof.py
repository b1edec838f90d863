"""A statement file as read, and the proof that it says what it declares.

A file is refused whole when its own figures disagree: count, totals, balances, account. What
is wrong in a single row is no reason to refuse the others; the suite keeps that row aside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from adapters.errors import DeliveryRefused
from adapters.money import minor_units
from adapters.statement import Words
from reconciliation.model import minor_text

Units = np.ndarray[Any, Any]  # int64, minor units


@dataclass(frozen=True, slots=True)
class Statement:
    """`rows`: text under our names, null where blank. Totals are decimals as text, unsigned."""

    rows: pd.DataFrame
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


def prove(statement: Statement, words: Words, currency: str, *, account: str, label: str) -> None:
    """DeliveryRefused, with both figures, where the statement contradicts itself.

    `account`: whose file this is by its name. `label` names source and file, nothing more.
    """
    rows = statement.rows
    if statement.count != str(len(rows)):
        raise DeliveryRefused(
            f"{label}: declares {_short(statement.count)} rows, has {len(rows)}: "
            "ask the bank to send it again"
        )
    named = {statement.account, *rows.get("account_number", pd.Series(dtype="string")).dropna()}
    if named - {account, None}:
        raise DeliveryRefused(f"{label}: holds rows of another account than its name says")

    declared = {
        side: _declared(text, side, currency, label)
        for side, text in (("debit", statement.total_debit), ("credit", statement.total_credit))
    }
    moves = _moves(rows, words, currency)
    for side, units in (("debit", moves.debit), ("credit", moves.credit)):
        counted, unread = int(units.sum()), int(moves.is_unread[side].sum())
        gap = declared[side] - counted
        # What cannot be read may be the gap; the suite keeps those rows aside, by name.
        if gap < 0 or (gap > 0 and not unread):
            raise DeliveryRefused(
                f"{label}: declares a total {side} of {minor_text(declared[side], currency)}, "
                f"its rows add up to {minor_text(counted, currency)}: "
                "ask the bank to send it again"
            )
    _chain(moves, currency, label)


@dataclass(frozen=True, slots=True)
class _Moves:
    """A row each: unsigned minor units, and what the row says of the balance."""

    debit: Units
    credit: Units
    is_unread: Mapping[str, Units]  # by side: an amount that is there and cannot be read
    is_booked: Units  # only SUCCESS moves the balance
    balance: pd.Series  # Int64


def _moves(rows: pd.DataFrame, words: Words, currency: str) -> _Moves:
    if "debit" in rows:
        sides = {side: _units(rows[side], currency, words.amount) for side in ("debit", "credit")}
        is_unread = {side: units.isna() & rows[side].notna() for side, units in sides.items()}
    else:
        amount = _units(rows["amount"], currency, words.amount)
        is_debit = _is(rows, "direction", "DEBIT", words)
        sides = {"debit": amount.where(is_debit, 0), "credit": amount.mask(is_debit, 0)}
        is_unread = {side: units.isna() for side, units in sides.items()}
    return _Moves(
        debit=sides["debit"].fillna(0).to_numpy(dtype="int64"),
        credit=sides["credit"].fillna(0).to_numpy(dtype="int64"),
        is_unread={side: mask.to_numpy(dtype=bool) for side, mask in is_unread.items()},
        is_booked=_is(rows, "status", "SUCCESS", words).to_numpy(dtype=bool),
        balance=_units(rows["balance"], currency, words.balance),
    )


def _chain(moves: _Moves, currency: str, label: str) -> None:
    """Each balance is the one before plus what moved: opening + Σ = closing on the way.

    A row without a readable balance is stepped over; at an amount that cannot be read the
    chain begins anew.
    """
    known = moves.balance.notna().to_numpy(dtype=bool)
    units = moves.balance.fillna(0).to_numpy(dtype="int64")
    moved = np.where(moves.is_booked, moves.credit - moves.debit, 0)
    chains = pd.DataFrame(
        {
            "opening": units - np.cumsum(moved),
            "link": np.cumsum(moves.is_unread["debit"] | moves.is_unread["credit"]),
        }
    )[known]
    first = chains.groupby("link")["opening"].transform("first")
    off = (chains["opening"] - first).to_numpy(dtype="int64")
    if off.any():
        place = int(np.flatnonzero(off)[0])
        row = int(np.flatnonzero(known)[place])
        said = int(units[row])
        raise DeliveryRefused(
            f"{label}: the balance after row {row + 1} should be "
            f"{minor_text(said - int(off[place]), currency)} and is "
            f"{minor_text(said, currency)}: ask the bank to send it again"
        )


def _is(rows: pd.DataFrame, column: str, ours: str, words: Words) -> pd.Series:
    return rows[column].map(dict(words.maps[column])).eq(ours).fillna(False).astype(bool)


def _units(text: pd.Series, currency: str, grammar: str) -> pd.Series:
    return minor_units(text, currency, grammar, refuse=False)


def _declared(text: str, side: str, currency: str, label: str) -> int:
    units = _units(pd.Series([text], dtype="string"), currency, "plain")
    if units.isna().any():
        raise DeliveryRefused(f"{label}: its declared total {side} cannot be read")
    return int(units.iloc[0])


def _short(text: str) -> str:
    return ascii(text[:20])
