"""The gateway's payments as pages on disk, for measuring without a network."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from simulator.rest_razorpay import COUNT_MAX, GatewayRows, payments_of
from simulator.rest_rows import END

CHUNK_ROWS = 100 * COUNT_MAX  # payments held at a time
ID_DIGITS = 14


def write_pages(payments: pd.DataFrame, folder: Path, *, rows: int | None = None) -> int:
    """Payments in their last state as files payments_00000000.json … of 100; how many files.

    `rows`: so many payments, the given ones over and over, each with an id of its own. Memory
    does not grow with it. ValueError where there is nothing to repeat.
    """
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
        _write_chunk(payments_of(chunk), folder, start)
    return -(-wanted // COUNT_MAX)


def _write_chunk(rows: GatewayRows, folder: Path, start: int) -> None:
    for place in range(0, len(rows.occurred), COUNT_MAX):
        here = np.arange(place, min(place + COUNT_MAX, len(rows.occurred)))
        items = rows.read(here, END - 1)
        content = {"entity": "collection", "count": len(items), "items": items}
        path = folder / f"payments_{start + place:08d}.json"
        path.write_bytes(json.dumps(content, ensure_ascii=False).encode())
