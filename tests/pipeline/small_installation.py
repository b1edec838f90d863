"""An installation with everything in it: a small simulated world fetched over HTTP and SFTP,
staged, matched and proven, with open items at go-live, one delivery read again, and what people
decided before the last hour.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from pipeline.deciding import Why
from pipeline.interval_runs import run_interval
from pipeline.matching_by_hand import match, unmatch
from pipeline.opening_balances import set_accounts
from pipeline.opening_file import GoLive
from pipeline.settings import Settings
from pipeline.steps import reparse
from pipeline.store import Store
from pipeline.wiring import configured_sources
from pipeline.working_off import answer_write_off, ask_write_off, assign
from reconciliation.model import HOUR, Interval
from simulator.saved import opening_accounts
from simulator.servers import serve
from simulator.world_building import build
from tests.simulator.world_cache import ANCHOR

ROWS = 100  # ledger entries a day
PAIR = """
    select array_agg(entry.source || ':' || entry.entry_key order by entry.source)
    from recon.match_item
    inner join staging.entry
        on match_item.entry_id = entry.entry_id and match_item.version = entry.version
    where match_item.reconciliation = 'core_hdfc'
    group by match_item.match_group_id
    having count(*) = 2 and count(distinct entry.source) = 2
    order by match_item.match_group_id
    limit 1
"""
OPEN_BREAKS = """
    select cast(break_id as text) from recon.break
    where reconciliation = 'core_hdfc' and status = 'OPEN' and amount_minor <> 0
        and family not in ('data', 'statement') and code not in ('MIS_FILE', 'NO_EDGE')
    order by break_id
    limit 2
"""


@contextmanager
def small_installation(
    settings: Settings, folder: Path, world_url: str, *, seed: int = 1, rows: int = ROWS
) -> Iterator[Settings]:
    """Settings that reach it; its banks are there until the block ends."""
    world = build(seed, rows, ANCHOR)
    servers = serve(world, folder, database_url=world_url, quota_factor=None)
    try:
        reached = replace(settings, environment={**settings.environment, **servers.environment})
        accounts = opening_accounts(world)
        set_accounts(reached, GoLive(accounts, open_items(accounts[0])))
        fetch(reached, world.history)
        yield reached
    finally:
        servers.stop()


def open_items(account: dict[str, str]) -> list[dict[str, object]]:
    day = account["opening_date"]
    of_core = {
        "source": "core", "account_number": account["account_number"], "direction": "DEBIT",
        "business_date": day,
    }  # fmt: skip
    payment = {
        "source": "razorpay", "dataset": "payments", "txn_id": "pay_old", "amount": "50.00",
        "currency": "INR", "direction": "CREDIT", "business_date": day,
        "transaction_type": "PAYMENT", "order_id": "order_old", "open_on": [],
    }  # fmt: skip
    return [
        {**of_core, "txn_id": "OLD1", "amount": "100.00", "rrn": "608900000001"},
        {**of_core, "txn_id": "OLD2", "amount": "7.50", "utr": "OLDUTR00000001"},
        payment,
    ]


def fetch(settings: Settings, history: Interval) -> None:
    """Most of it at once, then hour by hour: trailing re-reads, restated files, new versions."""
    sources = configured_sources(settings.environment)
    hours = [history.end - 2 * HOUR, history.end - HOUR, history.end]
    starts = [history.start + timedelta(days=0), *hours[:-1]]
    for start, end in zip(starts, hours, strict=True):
        if end == hours[-1]:
            reparse(settings, 3)
            decide(settings)
        run_interval(settings, Interval(start, end), sources, say=lambda words: None)


def decide(settings: Settings) -> None:
    """A match taken apart and made again by hand, a write-off approved and another asked for."""
    store = Store(settings.database_url)
    with store.transaction() as transaction:
        entry, *rest = transaction.connection.execute(text(PAIR)).scalars().one()
        breaks = transaction.connection.execute(text(OPEN_BREAKS)).scalars().all()
    asha, ravi = Why("wrong_match", "asha"), Why("checked", "ravi", "seen at the bank")
    where = {"edge": "core_hdfc", "environment": settings.environment}
    unmatch(store, entry, asha, **where)
    names = [tuple(name.split(":", 1)) for name in (entry, *rest)]
    match(store, names, Why("same_payment", "asha"), **where)
    for break_id in breaks:
        assign(store, break_id, "asha", "ravi")
        ask_write_off(store, break_id, Why("agreed", "asha", "the board's minutes"))
    answer_write_off(store, breaks[0], ravi, is_approved=True)
