"""Canonical rows into staging: by COPY into a temporary table, then merged as one set."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from pipeline.store import Transaction

ENTRY_COLUMNS = [
    "dataset", "entry_key", "txn_id", "account_id", "bank_code", "amount_minor", "currency",
    "direction", "status", "occurred_at", "timestamp_precision", "business_date", "value_date",
    "booking_date", "channel", "transaction_type", "reference_number", "description", "rrn", "utr",
    "upi_id", "arn", "order_id", "payment_id", "merchant_id", "settlement_id", "settlement_utr",
    "gross_minor", "fee_minor", "tax_minor", "balance_minor", "raw_status", "raw_method",
    "source_updated_at", "fetched_at", "delivery_id", "part", "row_no",
]  # fmt: skip
BALANCE_COLUMNS = [
    "account_id", "business_date", "kind", "part", "currency", "amount_minor", "fetched_at",
    "delivery_id", "row_no",
]  # fmt: skip
SETTLEMENT_COLUMNS = [
    "settlement_id", "amount_minor", "fees_minor", "tax_minor", "currency", "utr", "status",
    "created_at", "fetched_at", "delivery_id", "row_no",
]  # fmt: skip
STAGED = {
    "entries": ("staged_entry", ENTRY_COLUMNS),
    "balances": ("staged_balance", BALANCE_COLUMNS),
    "settlements": ("staged_settlement", SETTLEMENT_COLUMNS),
}


@dataclass(frozen=True, slots=True)
class Load:
    source: str
    load_id: int
    known_at: datetime
    parser_version: str


@dataclass(slots=True)
class Counts:
    """What one load found."""

    rows_parsed: int = 0
    entries_new: int = 0
    entries_changed: int = 0
    entries_retracted: int = 0
    rows_quarantined: int = 0
    rows_repeated: int = 0
    rows_outside: int = 0
    refused: int = 0
    balances: int = 0
    settlements: int = 0
    deliveries: int = 0
    restated: dict[str, list[str]] = field(default_factory=dict)  # dataset → parts replaced whole

    def for_load(self) -> dict[str, int]:
        return {
            name: getattr(self, name)
            for name in (
                "rows_parsed", "entries_new", "entries_changed", "entries_retracted",
                "rows_quarantined", "rows_repeated", "rows_outside",
            )
        }  # fmt: skip

    def as_data(self) -> dict[str, int]:
        return {
            **self.for_load(),
            "refused": self.refused,
            "balances": self.balances,
            "settlements": self.settlements,
            "deliveries": self.deliveries,
        }


def create_tables(transaction: Transaction) -> None:
    """The temporary tables of one load; they go with its transaction."""
    for name in ("entry", "balance", "settlement", "quarantine"):
        transaction.run(f"staging/create_staged_{name}")


def copy_rows(transaction: Transaction, kind: str, frame: pd.DataFrame) -> int:
    table, columns = STAGED[kind]
    return transaction.copy(table, frame, columns)


def merge(transaction: Transaction, load: Load, counts: Counts, loaded: Sequence[int]) -> None:
    """Everything staged in this load, as one set. `loaded`: the deliveries that were read."""
    at = {"source": load.source, "load_id": load.load_id, "known_at": load.known_at}
    transaction.run("staging/analyze_staged_entry")
    counts.rows_repeated += transaction.run("staging/keep_newest_staged")
    _close_findings(transaction, load, counts, loaded)
    counts.entries_changed = transaction.run("staging/supersede_entries", **at)
    for dataset, parts in counts.restated.items():
        counts.entries_retracted += transaction.run(
            "staging/retract_entries", dataset=dataset, parts=parts, **at
        )
    counts.rows_repeated += transaction.value("staging/set_aside_known_entries", source=load.source)
    inserted = transaction.run("staging/insert_entries", parser_version=load.parser_version, **at)
    counts.entries_new = inserted - counts.entries_changed
    _merge_balances(transaction, load, counts)
    _merge_settlements(transaction, load, counts)
    counts.rows_quarantined = transaction.run("staging/insert_quarantine", **at)


def _close_findings(
    transaction: Transaction, load: Load, counts: Counts, loaded: Sequence[int]
) -> None:
    """Before anything is set aside: what is in the staged tables is what was read."""
    transaction.run("staging/close_mended_rows", source=load.source, known_at=load.known_at)
    transaction.run(
        "staging/close_replaced_findings",
        source=load.source,
        known_at=load.known_at,
        delivery_ids=list(loaded),
        restated_parts=sorted({part for parts in counts.restated.values() for part in parts}),
    )


def _merge_balances(transaction: Transaction, load: Load, counts: Counts) -> None:
    transaction.run("staging/keep_newest_staged_balance")
    transaction.run("staging/supersede_balances", source=load.source, known_at=load.known_at)
    parts = sorted({part for parts in counts.restated.values() for part in parts})
    if parts:
        transaction.run(
            "staging/retract_balances",
            source=load.source,
            known_at=load.known_at,
            parts=parts,
        )
    counts.balances = transaction.run(
        "staging/insert_balances",
        source=load.source,
        load_id=load.load_id,
        known_at=load.known_at,
    )


def _merge_settlements(transaction: Transaction, load: Load, counts: Counts) -> None:
    transaction.run("staging/keep_newest_staged_settlement")
    transaction.run("staging/supersede_settlements", source=load.source, known_at=load.known_at)
    counts.settlements = transaction.run(
        "staging/insert_settlements",
        source=load.source,
        load_id=load.load_id,
        known_at=load.known_at,
    )
