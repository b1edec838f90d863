"""A small bank to stage from: JSON pages in memory, one dataset of each kind.

Real configuration objects and a real Source; only the far end is a list.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pandas as pd
from sqlalchemy import RowMapping, text

from adapters.base import Dataset, Payload, Services, SourceConfig
from adapters.errors import DeliveryRefused, FormatMismatch
from pipeline.keys import Keys
from pipeline.landing import keep, window_of
from pipeline.store import Store
from reconciliation.model import IST, Interval, as_entries

HOUR_10 = Interval(datetime(2026, 3, 10, 10, tzinfo=IST), datetime(2026, 3, 10, 11, tzinfo=IST))
COLUMNS = ("txn_id", "account_number", "amount", "currency", "timestamp", "status", "description")
served: list[Payload] = []  # what the bank answers next; tests fill and clear it


def config(name: str = "testbank", *, later_delivery: str = "adds", kind: str = "rest", **more):
    def dataset(dataset_name: str, dataset_kind: str, required: tuple[str, ...]) -> Dataset:
        return Dataset(
            name=dataset_name,
            kind=dataset_kind,
            suite="bank_statement" if dataset_kind == "entries" else "settlement",
            later_delivery=later_delivery,
            required=required,
            patterns={"amount": r"-?[0-9]{1,15}"},
            known=frozenset(COLUMNS),
            settings={},
        )

    fields = {
        "kind": kind,
        "adapter": "tests.pipeline.bank.TestBank",
        "bank_code": "TEST",
        "currency": "INR",
        "calendar": "always",
        "status": "exact",
        "trailing_window": timedelta(hours=2),
        "deep_window": timedelta(days=5),
        "late_after": timedelta(hours=1),
        "rate_limit": (1000, timedelta(hours=1)),
        "nightly_share": 0.5,
        "datasets": {
            "transactions": dataset("transactions", "entries", ("txn_id", "amount")),
            "balances": dataset("balances", "balances", ()),
            "settlements": dataset("settlements", "settlements", ()),
        },
        "settings": {},
        "environment": {},
    } | more
    return SourceConfig(name=name, **fields)


def row(txn_id: str, amount: int | str = 100, **more: str) -> dict[str, str]:
    return {
        "txn_id": txn_id, "account_number": "50100000001234", "amount": str(amount),
        "currency": "INR", "timestamp": "2026-03-10T10:15:00+05:30", "status": "SUCCESS",
        "description": "UPI-someone", **more,
    }  # fmt: skip


def page(
    rows: Sequence[dict[str, str]] | bytes,
    *,
    part: str = "transactions/1",
    minute: int = 0,
    dataset: str = "transactions",
    name: str = "/v1/transactions",
    modified_at: datetime | None = None,
) -> Payload:
    """One delivery fetched that many minutes after 12:00 IST."""
    return Payload(
        dataset=dataset,
        part=part,
        name=name,
        body=rows if isinstance(rows, bytes) else json.dumps(rows).encode(),
        fetched_at=datetime(2026, 3, 10, 6, 30, tzinfo=UTC) + timedelta(minutes=minute),
        modified_at=modified_at,
    )


def deliver(
    store: Store, keys: Keys, source: SourceConfig, *payloads: Payload, interval: Interval = HOUR_10
) -> None:
    """Land these payloads as they are, without asking anybody."""
    window = window_of(source, interval, None)
    for payload in payloads:
        keep(store, keys, source.name, window, payload)


def live(store: Store, source: str) -> dict[str, int]:
    """entry_key → amount_minor of the source's live entries."""
    return {row["entry_key"]: row["amount_minor"] for row in query(store, LIVE, source=source)}


def query(store: Store, statement: str, **params: object) -> list[RowMapping]:
    with store.transaction() as transaction:
        return list(transaction.connection.execute(text(statement), params).mappings())


LIVE = """
    select entry_key, amount_minor, version, part, account_id, txn_id
    from staging.entry where source = :source and known_to is null
"""


class TestBank:
    __test__ = False

    def __init__(self, config: SourceConfig, services: Services) -> None:
        self.config = config
        self.services = services

    def fetch(self, window: Interval) -> Iterator[Payload]:
        for payload in served:
            if isinstance(payload, Exception):
                raise payload
            yield payload

    def parse(self, payload: Payload) -> pd.DataFrame:
        if payload.body.startswith(b"<"):
            raise FormatMismatch(f"{self.config.name}: HTML where JSON was agreed")
        if payload.body.startswith(b"total"):
            raise DeliveryRefused(f"{self.config.name}: {payload.name} declares 3.00, holds 2.00")
        return pd.DataFrame(json.loads(payload.body), dtype="string")

    def normalise(self, dataset: str, rows: pd.DataFrame) -> pd.DataFrame:
        amounts = rows["amount"].astype("int64")
        common = {"row_no": rows["row_no"], "amount_minor": amounts, "currency": rows["currency"]}
        if dataset == "balances":
            return as_entries(
                common
                | {
                    "account_number": rows["account_number"],
                    "business_date": pd.to_datetime(rows["date"]),
                    "kind": pd.Series("ledger_closing", index=rows.index),
                },
                "balances",
            )
        if dataset == "settlements":
            return as_entries(
                common
                | {
                    "settlement_id": rows["settlement_id"],
                    "status": rows["status"],
                    "created_at": pd.to_datetime(rows["timestamp"], utc=True),
                },
                "settlements",
            )
        moments = pd.to_datetime(rows["timestamp"], utc=True)
        days = moments.dt.tz_convert("Asia/Kolkata").dt.tz_localize(None).dt.normalize()
        return as_entries(
            common
            | {
                "entry_key": rows["txn_id"],
                "txn_id": rows["txn_id"],
                "account_number": rows["account_number"],
                "bank_code": pd.Series("TEST", index=rows.index),
                "direction": pd.Series("CREDIT", index=rows.index).where(amounts >= 0, "DEBIT"),
                "status": rows["status"],
                "occurred_at": moments,
                "timestamp_precision": pd.Series("second", index=rows.index),
                "business_date": days,
                "booking_date": days,
                "description": rows["description"],
            }
        )

    def check(self) -> list[str]:
        return []
