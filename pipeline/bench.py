"""How fast landed payments become entries on this machine.

Razorpay payments, a hundred a page as its API sends them, lie on disk as files; they are
landed, then staged into a database of their own. Network apart, everything is real.
"""

import json
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from adapters.base import Payload
from adapters.razorpay import RazorpaySource
from expectations import validate
from pipeline.keys import open_keys
from pipeline.landing import keep, window_of
from pipeline.postgres import Postgres
from pipeline.schema import migrate
from pipeline.settings import Settings
from pipeline.staging import stage
from pipeline.steps import source_config
from pipeline.store import Store
from reconciliation.model import IST, Interval

WARM = pd.DataFrame({"txn_id": pd.array(["pay_1"], dtype="string")})
PAGE_ROWS = 100  # Razorpay's own maximum
HOUR = Interval(datetime(2026, 3, 10, 10, tzinfo=IST), datetime(2026, 3, 10, 11, tzinfo=IST))
FIRST_SECOND = int(HOUR.start.timestamp())
VARIABLES = {
    "RAZORPAY_API_URL": "https://localhost/v1",
    "RAZORPAY_KEY": "bench",
    "RAZORPAY_SECRET": "bench",
}


class TimedRazorpay(RazorpaySource):
    """Counts the time its parsing takes, so that what follows can be told apart."""

    seconds = 0.0

    def parse_many(self, payloads: Any) -> pd.DataFrame:
        started = time.perf_counter()
        try:
            return super().parse_many(payloads)
        finally:
            TimedRazorpay.seconds += time.perf_counter() - started


def stage_throughput(rows: int = 100_000) -> dict[str, Any]:
    """{"rows", "deliveries", "land_s", "parse_s", "stage_s", "rows_per_s", "peak_mb"}.

    `rows_per_s`: from the end of parse to committed. `peak_mb`: this process, at its largest.
    """
    with tempfile.TemporaryDirectory(prefix="recon-bench-", dir="/var/tmp") as folder:
        home = Path(folder)
        home.chmod(0o711)
        server = Postgres(home)
        urls = server.start()
        try:
            migrate(Store(urls.owner))
            return _measure(Settings.load(env=VARIABLES, home=home), home, rows)
        finally:
            server.stop()


def _measure(settings: Settings, home: Path, rows: int) -> dict[str, Any]:
    store = Store.open(settings)
    keys = open_keys(settings, store)
    config = replace(
        source_config(settings, "razorpay"), adapter=f"{__name__}.{TimedRazorpay.__name__}"
    )
    pages = home / "pages"
    pages.mkdir()
    deliveries = write_pages(pages, rows)
    window = window_of(config, HOUR, None)
    started = time.perf_counter()
    with store.kept_open() as kept:
        for payload in read_pages(pages):
            keep(kept, keys, config.name, window, payload)
    landed = time.perf_counter()
    TimedRazorpay.seconds = 0.0
    validate("gateway", WARM, required=(), patterns={})  # importing the judge takes seconds
    started_staging = time.perf_counter()
    counts = stage(store, keys, config, HOUR)
    staged_s = time.perf_counter() - started_staging
    if counts["entries_new"] != rows:
        raise AssertionError(f"{counts['entries_new']} entries of {rows} payments")
    return {
        "rows": rows,
        "deliveries": deliveries,
        "land_s": round(landed - started, 2),
        "parse_s": round(TimedRazorpay.seconds, 2),
        "stage_s": round(staged_s - TimedRazorpay.seconds, 2),
        "rows_per_s": int(rows / (staged_s - TimedRazorpay.seconds)),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def write_pages(folder: Path, rows: int) -> int:
    """Pages of made-up payments, one file each; how many."""
    for first in range(0, rows, PAGE_ROWS):
        items = [_payment(number) for number in range(first, min(first + PAGE_ROWS, rows))]
        body = json.dumps({"entity": "collection", "count": len(items), "items": items})
        (folder / f"{first:07d}.json").write_text(body)
    return -(-rows // PAGE_ROWS)


def read_pages(folder: Path) -> Iterator[Payload]:
    fetched_at = datetime.now(UTC)
    for path in sorted(folder.glob("*.json")):
        yield Payload(
            dataset="payments",
            part=f"payments/{path.stem}",
            name="/payments",
            body=path.read_bytes(),
            fetched_at=fetched_at,
        )


def _payment(number: int) -> dict[str, Any]:
    amount = 10_000 + number * 37 % 5_000_000
    fee = amount * 236 // 10_000
    return {
        "id": f"pay_{number:014d}",
        "entity": "payment",
        "amount": amount,
        "currency": "INR",
        "status": "failed" if number % 20 == 0 else "captured",
        "order_id": f"order_{number:014d}",
        "invoice_id": None,
        "international": False,
        "method": "upi",
        "amount_refunded": 0,
        "refund_status": None,
        "captured": number % 20 != 0,
        "description": f"Order {number}",
        "card_id": None,
        "bank": None,
        "wallet": None,
        "vpa": f"someone{number % 997}@okbank",
        "email": "someone@example.com",
        "contact": "+919900000000",
        "notes": [],
        "fee": fee,
        "tax": fee * 18 // 118,
        "error_code": None,
        "error_description": None,
        "acquirer_data": {
            "rrn": f"{600_000_000_000 + number}",
            "upi_transaction_id": f"UPI{number:032d}",
        },
        "created_at": FIRST_SECOND + number * 3_599 // 1_000_000 % 3_600,
    }
