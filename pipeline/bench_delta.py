"""What an hour costs beside its history: the same new rows in a database that holds little and
in one that holds much, each through staging's own merge and the edge's own run, in turn.
"""

import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import psycopg2
import pyarrow as pa
import pyarrow.compute as pc

from pipeline import merging
from pipeline.bench_data import ACCOUNTS, DAYS, FIRST_DAY, KINDS, Sides, sides
from pipeline.bench_server import libpq_url, scratch_server
from pipeline.matching import reconcile
from pipeline.merging import Counts, Piece
from pipeline.quarantine import COLUMNS as QUARANTINE_COLUMNS
from pipeline.schema import migrate
from pipeline.store import Store
from reconciliation.model import HOUR, IST, Interval

EDGE = "core_hdfc"
ROUNDS = 3
CHUNK_ENTRIES = 500_000  # a side, and four weeks
LAST_DAY = date(1970, 1, 1) + timedelta(days=FIRST_DAY + DAYS + 1)
EVENING = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 20, tzinfo=IST)
Say = Callable[[str], None]


def delta_beside_history(
    rows: int = 50_000, small: int = 500_000, large: int = 10_000_000, *, say: Say = print
) -> dict[str, Any]:
    """{"rows", "history_small", "history_large": entries; "history_small_s", "history_large_s":
    medians of the run alone; "ratio"}. Rows count both sides; the history is matched.
    """
    with ExitStack() as stack:
        books = []
        for history in (small, large):
            _, urls = stack.enter_context(scratch_server())
            books.append(_Book(urls.owner, say))
            books[-1].remember(history // 2)
        found: list[list[float]] = [[] for _ in books]
        for number in range(ROUNDS):  # in turn, so that a slow minute meets both
            for book, seconds in zip(books, found, strict=True):
                say(f"{rows} new rows beside {book.entries}, {number + 1} of {ROUNDS}")
                seconds.append(book.hour(rows // 2))
        little, much = (statistics.median(seconds) for seconds in found)
        return {
            "rows": rows,
            "history_small": books[0].remembered,
            "history_large": books[1].remembered,
            "history_small_s": round(little, 3),
            "history_large_s": round(much, 3),
            "ratio": round(much / little, 3),
        }


class _Book:
    """A database with the edge's history, and the hours that come to it."""

    def __init__(self, url: str, say: Say) -> None:
        self._url = url
        self._store = Store(url)
        self._say = say
        self.entries = self.remembered = 0
        self._end = EVENING
        migrate(self._store)
        with self._store.transaction() as transaction:
            transaction.run("bench/insert_accounts", accounts=ACCOUNTS)

    def remember(self, entries: int) -> None:
        """A history of so many matched entries a side, four weeks after four weeks."""
        chunks = [CHUNK_ENTRIES] * (entries // CHUNK_ENTRIES)
        if entries % CHUNK_ENTRIES:
            chunks.append(entries % CHUNK_ENTRIES)
        for number, chunk in enumerate(chunks):
            self._say(f"history: {self.entries} of {2 * entries} rows")
            back = (len(chunks) - number) * DAYS
            made = sides(chunk, seed=number + 1, first=self.entries)
            self._take(_matched(made), days_back=back)
        self.remembered = self.entries
        self._vacuum()

    def _vacuum(self) -> None:
        """As autovacuum would have left a database that grew over a year."""
        with closing(psycopg2.connect(libpq_url(self._url))) as connection:
            connection.autocommit = True  # vacuum refuses a transaction
            with connection.cursor() as cursor:
                cursor.execute("vacuum analyze")

    def hour(self, entries: int) -> float:
        """Seconds that the edge's run takes for so many new entries a side."""
        made = sides(entries, seed=self.entries, first=self.entries, days=1)
        return self._take({"ledger": made.ledger, "bank": made.bank}, days_back=1 - DAYS)

    def _take(self, tables: Mapping[str, pa.Table], *, days_back: int) -> float:
        self._end += HOUR
        interval = Interval(self._end - HOUR, self._end)
        for source, side in (("core", "ledger"), ("hdfc", "bank")):
            frame = _canonical(tables[side], self.entries, days_back, interval.end)
            with self._store.transaction() as transaction:
                merging.create_tables(transaction)
                load = merging.open_load(transaction, source, interval, "bench")
                piece = Piece("entries", frame, _nothing(), "transactions", [1], [])
                merging.merge(transaction, load, piece, Counts())
        self.entries += sum(len(table) for table in tables.values())
        begun = time.perf_counter()
        reconcile(self._store, EDGE, interval)
        return time.perf_counter() - begun


def _matched(made: Sides) -> dict[str, pa.Table]:
    """What stands on both sides alike."""
    exact = np.flatnonzero(made.kinds == KINDS.index("exact"))
    return {
        "ledger": made.ledger.filter(pc.is_in(made.ledger["entry_id"], pa.array(exact + 1))),
        "bank": made.bank.filter(pc.is_in(made.bank["entry_id"], pa.array(made.pairs[exact]))),
    }


def _canonical(table: pa.Table, first: int, days_back: int, read_at: datetime) -> pd.DataFrame:
    """Entries of the benchmark as the adapters would have them."""
    keys = pc.binary_join_element_wise(pc.add(table["entry_id"], first).cast(pa.string()), "t", "")
    days = pc.subtract(table["day"].cast(pa.int32()), pa.scalar(days_back, pa.int32())).cast(
        pa.date32()
    )
    moments = pc.subtract(table["moment"], pa.scalar(timedelta(days=days_back)))
    given = {
        "entry_key": keys, "txn_id": keys, "account_id": table["account_id"],
        "amount_minor": table["amount_minor"], "occurred_at": moments, "business_date": days,
        "booking_date": days, "rrn": table["reference"],
        "row_no": pa.array(np.arange(len(table))),
    }  # fmt: skip
    frame: pd.DataFrame = pa.table(given).to_pandas(types_mapper=pd.ArrowDtype)
    alike: dict[str, Any] = {
        "dataset": "transactions", "bank_code": "HDFC", "currency": "INR", "direction": "CREDIT",
        "status": "SUCCESS", "timestamp_precision": "second", "fetched_at": read_at,
        "delivery_id": 1, "part": "bench",
    }  # fmt: skip
    frame = frame.assign(**alike)
    for column in merging.ENTRY_COLUMNS:
        if column not in frame:
            frame[column] = pd.Series(pd.NA, index=frame.index, dtype="string")
    return frame.assign(digest=merging.digests(frame))


def _nothing() -> pd.DataFrame:
    return pd.DataFrame(columns=QUARANTINE_COLUMNS)
