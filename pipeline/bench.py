"""How fast landed payments become entries on this machine.

Razorpay payments, a hundred a page as its API sends them, lie on disk as the simulator's
files; they are landed, then staged into a database of their own. Network apart, everything
is real.
"""

import resource
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from adapters.base import Payload
from expectations import get_ready
from pipeline.bench_server import scratch_server
from pipeline.demo_world import ask
from pipeline.keys import open_keys
from pipeline.landing import keep, window_of
from pipeline.schema import migrate
from pipeline.settings import Settings
from pipeline.staging import stage
from pipeline.steps import source_config
from pipeline.store import Store
from reconciliation.model import Interval

# The simulator spreads its payments over the eight days before its anchor.
DAYS = Interval.of_days(date(2026, 3, 2), date(2026, 3, 10))
ROWS_A_SECOND_MIN = 2_000  # the simulator writes at least so many
VARIABLES = {
    "RAZORPAY_API_URL": "https://localhost/v1",
    "RAZORPAY_KEY": "bench",
    "RAZORPAY_SECRET": "bench",
}


def stage_throughput(rows: int = 100_000) -> dict[str, Any]:
    """{"rows", "deliveries", "land_s", "read_s", "stage_s", "rows_per_s", "peak_mb"}.

    `read_s`: decrypted and parsed. `stage_s` and `rows_per_s`: what staging takes besides, from
    the end of parse to committed. `peak_mb`: this process, at its largest.
    """
    with scratch_server() as (home, urls):
        migrate(Store(urls.owner))
        return _measure(Settings.load(env=VARIABLES, home=home), home, rows)


def _measure(settings: Settings, home: Path, rows: int) -> dict[str, Any]:
    store = Store.open(settings)
    keys = open_keys(settings, store)
    config = source_config(settings, "razorpay")
    pages = home / "pages"
    pages.mkdir()
    deliveries = write_pages(pages, rows)
    window = window_of(config, DAYS, None)
    started = time.perf_counter()
    with store.kept_open() as kept:
        for payload in read_pages(pages):
            keep(kept, keys, config.name, window, payload)
    landed = time.perf_counter()
    get_ready()
    read_s: list[float] = []
    started_staging = time.perf_counter()
    counts = stage(store, keys, config, DAYS, on_read=read_s.append)
    stage_s = time.perf_counter() - started_staging - sum(read_s)
    if counts["entries_new"] != rows:
        raise AssertionError(f"{counts['entries_new']} entries of {rows} payments")
    return {
        "rows": rows,
        "deliveries": deliveries,
        "land_s": round(landed - started, 2),
        "read_s": round(sum(read_s), 2),
        "stage_s": round(stage_s, 2),
        "rows_per_s": int(rows / stage_s),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def write_pages(folder: Path, rows: int) -> int:
    """Payments as the simulator's gateway shows them, a file a page; how many files."""
    answer, _ = ask(
        "pages", "--folder", str(folder), "--rows", str(rows), "--seed", "1",
        "--anchor", DAYS.end.isoformat(), "--json", seconds_max=60 + rows / ROWS_A_SECOND_MIN,
    )  # fmt: skip
    return int(answer["files"])


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
