"""Canonical rows into staging, a chunk at a time, as sets.

What decides whether a row is new goes to a temporary table first; only new versions follow
whole, by COPY.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import PipelineError
from pipeline.quarantine import COLUMNS as QUARANTINE_COLUMNS
from pipeline.store import Transaction
from reconciliation.model import Interval

ENTRY_COLUMNS = [
    "dataset", "entry_key", "txn_id", "account_id", "bank_code", "amount_minor", "currency",
    "direction", "status", "occurred_at", "timestamp_precision", "business_date", "value_date",
    "booking_date", "channel", "transaction_type", "reference_number", "description", "rrn", "utr",
    "upi_id", "arn", "order_id", "payment_id", "merchant_id", "settlement_id", "settlement_utr",
    "gross_minor", "fee_minor", "tax_minor", "balance_minor", "raw_status", "raw_method",
    "on_hold", "dispute_id", "source_updated_at", "fetched_at", "delivery_id", "part", "row_no",
    "digest",
]  # fmt: skip
LOAD_COLUMNS = ["source", "load_id", "parser_version", "known_from"]
STAGED_COLUMNS = [
    "staged_no",
    "entry_key",
    "txn_id",
    "source_updated_at",
    "fetched_at",
    "delivery_id",
    "digest",
]
# How and when a row came says nothing about the movement.
NOT_BUSINESS = {
    "dataset", "entry_key", "source_updated_at", "fetched_at", "delivery_id", "part", "row_no",
    "digest",
}  # fmt: skip
# Columns that came later: where they are blank a digest is what it was without them.
LATER = {"on_hold", "dispute_id"}
BETWEEN, MISSING = "\x1f", "\x1e"  # control characters: no source's text holds them
BALANCE_COLUMNS = [
    "account_id", "business_date", "kind", "part", "currency", "amount_minor", "fetched_at",
    "delivery_id", "row_no",
]  # fmt: skip
SETTLEMENT_COLUMNS = [
    "settlement_id", "amount_minor", "fees_minor", "tax_minor", "currency", "utr", "status",
    "created_at", "fetched_at", "delivery_id", "row_no",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Load:
    source: str
    load_id: int
    known_at: datetime
    parser_version: str


def open_load(
    transaction: Transaction, source: str, interval: Interval, parser_version: str
) -> Load:
    """A new load of the source's interval, known one tick after all it knew."""
    row = transaction.row(
        "staging/open_load",
        source=source,
        interval_from=interval.start,
        interval_to=interval.end,
        parser_version=parser_version,
    )
    if row is None:
        raise PipelineError(f"{source}: no load could be opened")
    return Load(source, row["load_id"], row["known_at"], parser_version)


@dataclass(slots=True)
class Counts:
    """What one load found. Each row read is one of: entry new, entry changed, repeated (said
    before, in this load or an earlier one, refused or not), quarantined, outside, of no entry.
    """

    rows_parsed: int = 0
    entries_new: int = 0
    entries_changed: int = 0
    entries_retracted: int = 0
    rows_quarantined: int = 0
    rows_repeated: int = 0
    rows_outside: int = 0  # beyond the interval: they come with their own
    rows_of_no_entry: int = 0  # balances and settlement headers
    refused: int = 0
    balances: int = 0
    settlements: int = 0
    deliveries: int = 0

    def as_data(self) -> dict[str, int]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Piece:
    """One chunk on its way: canonical rows, what was kept aside, and the deliveries read."""

    kind: str
    frame: pd.DataFrame
    findings: pd.DataFrame
    dataset: str
    delivery_ids: Sequence[int]
    restated_parts: Sequence[str]  # replaced whole by these deliveries


def create_tables(transaction: Transaction) -> None:
    """The temporary tables of one load; they go with its transaction."""
    for name in ("staged_entry", "known_entry", "seen_entry"):
        transaction.run(f"staging/create_{name}")
    for name in ("balance", "settlement", "quarantine"):
        transaction.run(f"staging/create_staged_{name}")


def merge(transaction: Transaction, load: Load, piece: Piece, counts: Counts) -> None:
    """One chunk into staging; counts are added to."""
    at = {"source": load.source, "load_id": load.load_id, "known_at": load.known_at}
    transaction.run("staging/empty_staged")
    if len(piece.findings):
        transaction.copy("staged_quarantine", piece.findings, QUARANTINE_COLUMNS)
    if piece.kind == "entries":
        _merge_entries(transaction, load, piece, counts)
    elif piece.kind == "balances":
        _merge_balances(transaction, load, piece, counts)
    else:
        _merge_settlements(transaction, load, piece, counts)
    transaction.run(
        "staging/close_replaced_findings",
        source=load.source,
        known_at=load.known_at,
        delivery_ids=list(piece.delivery_ids),
        restated_parts=list(piece.restated_parts),
    )
    if len(piece.findings):
        new = transaction.run("staging/insert_quarantine", **at)
        counts.rows_quarantined += new
        counts.rows_repeated += len(piece.findings) - new


def keep_refused(
    transaction: Transaction, load: Load, findings: pd.DataFrame, counts: Counts
) -> None:
    """Deliveries refused whole."""
    counts.refused = len(findings)
    if len(findings):
        transaction.run("staging/empty_staged")
        transaction.copy("staged_quarantine", findings, QUARANTINE_COLUMNS)
        transaction.run(
            "staging/insert_quarantine",
            source=load.source,
            load_id=load.load_id,
            known_at=load.known_at,
        )


def _merge_entries(transaction: Transaction, load: Load, piece: Piece, counts: Counts) -> None:
    at = {"source": load.source, "load_id": load.load_id, "known_at": load.known_at}
    known = changed = 0
    if len(piece.frame):
        staged = piece.frame.assign(staged_no=range(len(piece.frame)))
        transaction.copy("staged_entry", staged, STAGED_COLUMNS)
        if not piece.frame["entry_key"].is_unique:
            counts.rows_repeated += transaction.run("staging/keep_newest_staged")
        transaction.run(
            "staging/close_mended_rows",
            source=load.source,
            dataset=piece.dataset,
            known_at=load.known_at,
        )
        known = transaction.run("staging/find_known_entries", source=load.source)
    if known:
        transaction.run("staging/note_seen_entries")
        changed = transaction.run(
            "staging/supersede_entries", load_id=load.load_id, known_at=load.known_at
        )
    if piece.restated_parts:
        counts.entries_retracted += transaction.run(
            "staging/retract_entries",
            dataset=piece.dataset,
            parts=list(piece.restated_parts),
            **at,
        )
    if known:
        counts.rows_repeated += transaction.value(
            "staging/set_aside_known_entries", source=load.source
        )
    new = transaction.value("staging/new_rows") or []
    if new:
        _insert(transaction, load, piece.frame.iloc[new])
    counts.entries_changed += changed
    counts.entries_new += len(new) - changed


def _insert(transaction: Transaction, load: Load, rows: pd.DataFrame) -> None:
    """New versions, under the ids they had; first versions are numbered by the table."""
    versions = rows.assign(
        known_from=load.known_at,
        **{name: getattr(load, name) for name in ("source", "load_id", "parser_version")},
    )
    columns = [*ENTRY_COLUMNS, *LOAD_COLUMNS]
    earlier = transaction.frame("staging/earlier_versions", source=load.source)
    if len(earlier):
        again = versions.loc[earlier["staged_no"]].assign(
            entry_id=earlier["entry_id"].to_numpy(), version=earlier["version"].to_numpy() + 1
        )
        transaction.copy("staging.entry", again, [*columns, "entry_id", "version"])
        versions = versions.drop(index=pd.Index(earlier["staged_no"]))
    transaction.copy("staging.entry", versions, columns)


def _merge_balances(transaction: Transaction, load: Load, piece: Piece, counts: Counts) -> None:
    at = {"source": load.source, "known_at": load.known_at}
    if len(piece.frame):
        transaction.copy("staged_balance", piece.frame, BALANCE_COLUMNS)
        transaction.run("staging/keep_newest_staged_balance")
    transaction.run("staging/supersede_balances", **at)
    if piece.restated_parts:
        transaction.run("staging/retract_balances", parts=list(piece.restated_parts), **at)
    counts.balances += transaction.run("staging/insert_balances", load_id=load.load_id, **at)


def _merge_settlements(transaction: Transaction, load: Load, piece: Piece, counts: Counts) -> None:
    at = {"source": load.source, "known_at": load.known_at}
    if len(piece.frame):
        transaction.copy("staged_settlement", piece.frame, SETTLEMENT_COLUMNS)
        transaction.run("staging/keep_newest_staged_settlement")
    transaction.run("staging/supersede_settlements", **at)
    counts.settlements += transaction.run("staging/insert_settlements", load_id=load.load_id, **at)


def digests(frame: pd.DataFrame) -> "pd.Series[str]":
    """32 hex digits a row over its business columns: equal where nothing of it changed."""
    always = [name for name in ENTRY_COLUMNS if name not in NOT_BUSINESS | LATER]
    joined = pc.binary_join_element_wise(*(_text(frame[name]) for name in always), BETWEEN)
    for name in sorted(LATER):
        if frame[name].notna().any():
            said = pc.binary_join_element_wise(joined, f"{name}=", _text(frame[name]), BETWEEN)
            joined = pc.if_else(pa.array(frame[name].notna()), said, joined)
    joined = joined.cast(pa.binary())
    # A hash has no vectorised form: this is the one call a row, half a microsecond each.
    hashes = [hashlib.blake2b(text, digest_size=16).digest() for text in joined.to_pylist()]
    return pd.Series(_hex(hashes), index=frame.index)


def _hex(hashes: "list[bytes]") -> Any:
    """16 bytes each as 32 hex digits, one text array over one buffer."""
    digits = pa.py_buffer(b"".join(hashes).hex().encode())
    ends = pa.py_buffer(np.arange(0, 32 * (len(hashes) + 1), 32, dtype="int64"))
    texts = pa.Array.from_buffers(pa.large_string(), len(hashes), [None, ends, digits])
    return pd.array(texts, dtype="string")


def _text(column: "pd.Series[Any]") -> Any:
    values = pa.array(column, from_pandas=True)
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.timestamp("us", tz=values.type.tz)).cast(pa.int64())
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return pc.fill_null(values.cast(pa.string()), MISSING)
