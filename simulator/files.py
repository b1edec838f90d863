"""What the file banks lay on their hosts: Axis's CSV and Kotak's JSON, an IST hour a file.

Also the gateway's payments as pages on disk, for measuring without a network.
"""

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
from simulator.rest_razorpay import GatewayRows, payments_of
from simulator.rest_rows import END
from simulator.world import World

AXIS_HEADER = (
    "Account No", "Tran Date", "Tran Time", "Value Date", "Particulars", "Chq/Ref No", "Debit",
    "Credit", "Balance", "Status",
)  # fmt: skip
SUFFIX = {"axis": ".csv", "kotak": ".json"}
PAGE_ROWS = 100
CHUNK_ROWS = 100 * PAGE_ROWS  # payments held at a time
ID_DIGITS = 14
DAY_FORMAT = "%d-%m-%Y"


def write_statements(world: World, bank: str, folder: Path) -> None:
    """Every file of `bank` with its `.done`, dated when it would have appeared.

    Files that are there already come out the same, to the byte and to the second.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content, seconds in statements(world, bank):
        for path, body in (
            (folder / (name + SUFFIX[bank]), content),
            (folder / (name + ".done"), b""),
        ):
            path.write_bytes(body)
            os.utime(path, (seconds, seconds))


def statements(world: World, bank: str) -> Iterator[tuple[str, bytes, int]]:
    """(name without suffix, content, epoch seconds of its appearance) of each file."""
    entries = world.bank(bank)
    entries = entries[entries["file"].fillna("") != ""].sort_values(
        ["file", "occurred_at"], kind="stable"
    )
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
        credit = int(amounts[amounts > 0].sum()) + int(about["trailer_delta_minor"])
        content = render(lines.iloc[here], about, (debit, credit))
        yield name, content, int(about["visible_at"].timestamp())


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


def razorpay_pages(
    world_or_payments: World | pd.DataFrame, folder: Path, *, rows: int | None = None
) -> int:
    """Payments in their last state as files payments_00000000.json … of 100; how many files.

    `rows`: so many payments, the given ones over and over, each with an id of its own. Memory
    does not grow with it. ValueError where there is nothing to repeat.
    """
    given = world_or_payments
    payments = given.payments if isinstance(given, World) else given
    wanted = len(payments) if rows is None else rows
    if wanted and payments.empty:
        raise ValueError("there are no payments to repeat")
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, wanted, CHUNK_ROWS):
        numbers = np.arange(start, min(start + CHUNK_ROWS, wanted))
        chunk = payments.iloc[numbers % len(payments)]
        if rows is not None:
            numbered = pd.Series(numbers, index=chunk.index).astype("string").str.zfill(ID_DIGITS)
            chunk = chunk.assign(id="pay_" + numbered)
        _write_pages(payments_of(chunk), folder, start)
    return -(-wanted // PAGE_ROWS)


def _write_pages(rows: GatewayRows, folder: Path, start: int) -> None:
    for place in range(0, len(rows.occurred), PAGE_ROWS):
        here = np.arange(place, min(place + PAGE_ROWS, len(rows.occurred)))
        items = rows.read(here, END - 1)
        content = {"entity": "collection", "count": len(items), "items": items}
        path = folder / f"payments_{start + place:08d}.json"
        path.write_bytes(json.dumps(content, ensure_ascii=False).encode())
