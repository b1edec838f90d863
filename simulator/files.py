"""What the file banks lay on their hosts: Axis's CSV and Kotak's JSON, an IST hour a file."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reconciliation.model import HOUR, IST, minor_text
from simulator import money_text
from simulator.rest_bank import amount_text, garbled
from simulator.world import World

AXIS_HEADER = (
    "Account No", "Tran Date", "Tran Time", "Value Date", "Particulars", "Chq/Ref No", "Debit",
    "Credit", "Balance", "Status",
)  # fmt: skip
CORRECTED_SECONDS = 7_200  # after the first version
CHARGE, CHARGE_MINOR = "CHARGES/SMS ALERTS", 59_00
SUFFIX = {"axis": ".csv", "kotak": ".json"}
DAY_FORMAT = "%d-%m-%Y"


def write_statements(world: World, bank: str, folder: Path, corrections: Path) -> None:
    """Every file of `bank` with its `.done`, dated when it would have appeared.

    A file that the bank restates lies there as it was first, what will take its place in
    `corrections`. Files that are there already, corrected or not, come out the same, to the
    byte and to the second.
    """
    for place in (folder, corrections):
        place.mkdir(parents=True, exist_ok=True)
    first = {name: content for name, content, _ in first_statements(world, bank)}
    for name, content, seconds in statements(world, bank):
        path = folder / (name + SUFFIX[bank])
        _write(folder / (name + ".done"), b"", seconds)
        if name not in first:
            _write(path, content, seconds)
        elif not path.exists() or path.stat().st_mtime == seconds:
            _write(path, first[name], seconds)
            _write(corrections / path.name, content, seconds + CORRECTED_SECONDS)


def statements(world: World, bank: str) -> Iterator[tuple[str, bytes, int]]:
    """(name without suffix, content, epoch seconds of its appearance) of each file."""
    entries = world.bank(bank)
    entries = entries[entries["file"].fillna("") != ""]
    yield from _rendered(world, bank, entries)


def first_statements(world: World, bank: str) -> Iterator[tuple[str, bytes, int]]:
    """The same of the files that are restated, as they were at first: one amount is wrong,
    and at the end stands a charge that the bank takes back.
    """
    entries = world.bank(bank)
    wrong = entries["first_minor"].ne(0)
    entries = entries[entries["file"].isin(entries.loc[wrong, "file"])]
    entries = entries.sort_values(["file", "occurred_at"], kind="stable")
    told = entries["amount_minor"].mask(entries["first_minor"].ne(0), entries["first_minor"])
    too_much = (told - entries["amount_minor"]).groupby(entries["file"]).cumsum()
    entries = entries.assign(amount_minor=told, balance_minor=entries["balance_minor"] + too_much)
    charge = entries.drop_duplicates("file", keep="last")
    charge = charge.assign(
        transaction_id=charge["transaction_id"] + "C", amount_minor=-CHARGE_MINOR,
        balance_minor=charge["balance_minor"] - CHARGE_MINOR, status="SUCCESS",
        reference="", description=CHARGE, channel="ONLINE", first_minor=0,
    )  # fmt: skip
    yield from _rendered(world, bank, pd.concat([entries, charge], ignore_index=True))


def _rendered(world: World, bank: str, entries: pd.DataFrame) -> Iterator[tuple[str, bytes, int]]:
    entries = entries.sort_values(["file", "occurred_at"], kind="stable")
    lines, render = RENDERERS[bank](entries), WRITERS[bank]
    names, first = np.unique(entries["file"].to_numpy(str), return_index=True)
    bounds = [*first.tolist(), len(entries)]
    files = world.files.assign(stem=world.files["name"].str.replace(r"\.\w+$", "", regex=True))
    files = files[files["bank"] == bank].set_index("stem")
    minor = entries["amount_minor"].to_numpy("int64")
    for place, name in enumerate(names.tolist()):
        here = slice(bounds[place], bounds[place + 1])
        about, amounts = files.loc[name], minor[here]
        debit = int(-amounts[amounts < 0].sum())
        credit = int(amounts[amounts > 0].sum()) + int(about["trailer_off_minor"])
        content = render(lines.iloc[here], about, (debit, credit))
        yield name, content, int(about["visible_at"].timestamp())


def _write(path: Path, body: bytes, seconds: int) -> None:
    path.write_bytes(body)
    os.utime(path, (seconds, seconds))


def _status(entries: pd.DataFrame) -> pd.Series:
    is_pending = (entries["pending_until"] > entries["visible_at"]).fillna(False)
    return entries["status"].mask(is_pending, "PENDING")


def _axis_lines(entries: pd.DataFrame) -> pd.DataFrame:
    local = entries["occurred_at"].dt.tz_convert(IST)
    amount = garbled(entries, money_text.indian(amount_text(entries)))
    is_debit = entries["amount_minor"] < 0
    balance = money_text.plain(entries["balance_minor"], entries["currency"])
    columns = (
        entries["account_number"],
        local.dt.strftime(DAY_FORMAT),
        local.dt.strftime("%H:%M:%S"),
        pd.to_datetime(entries["value_date"]).dt.strftime(DAY_FORMAT),
        entries["description"],
        entries["reference"],
        amount.where(is_debit, ""),
        amount.mask(is_debit, ""),
        money_text.indian(balance),
        _status(entries),
    )
    return pd.DataFrame(dict(zip(AXIS_HEADER, columns, strict=True))).fillna("")


def _axis_file(lines: pd.DataFrame, about: Any, totals: tuple[int, int]) -> bytes:
    text = io.StringIO()
    lines.to_csv(text, index=False, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    debit, credit = (minor_text(total, "INR") for total in totals)
    text.write(f"TRAILER,{len(lines)},{debit},{credit}\r\n")
    return text.getvalue().encode()


def _kotak_lines(entries: pd.DataFrame) -> pd.DataFrame:
    currency = entries["currency"]
    local = entries["occurred_at"].dt.tz_convert(IST)
    return pd.DataFrame(
        {
            "transaction_id": entries["transaction_id"],
            "transaction_date": local.dt.strftime("%Y-%m-%dT%H:%M:%S") + "+05:30",
            "value_date": pd.to_datetime(entries["value_date"]).dt.strftime("%Y-%m-%d"),
            "type": money_text.side(entries["amount_minor"], "CREDIT", "DEBIT"),
            "amount": garbled(entries, amount_text(entries)),
            "currency": currency,
            "status": _status(entries),
            "channel": entries["channel"],
            "transaction_type": entries["transaction_type"],
            "reference_number": entries["reference"],
            "description": entries["description"],
            "balance": money_text.plain(entries["balance_minor"], currency),
        }
    ).fillna("")


def _kotak_file(lines: pd.DataFrame, about: Any, totals: tuple[int, int]) -> bytes:
    start = about["hour_start"].tz_convert(IST)
    debit, credit = (minor_text(total, "INR") for total in totals)
    content = {
        "account_number": about["account_number"],
        "from": start.isoformat(),
        "to": (start + HOUR).isoformat(),
        "count": len(lines),
        "total_debit": debit,
        "total_credit": credit,
        "transactions": lines.to_dict("records"),
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


RENDERERS: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "axis": _axis_lines,
    "kotak": _kotak_lines,
}
WRITERS: dict[str, Callable[[pd.DataFrame, Any, tuple[int, int]], bytes]] = {
    "axis": _axis_file,
    "kotak": _kotak_file,
}
