"""HDFC and our ledger over real HTTP and SQL, with an hour of three entries each, and today's.

`banks` is the session's: what a test spoils (`banks.fault`), it mends (`banks.mend`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2

from pipeline.postgres import Postgres
from reconciliation.model import HOUR, IST, Interval, floor_hour
from simulator.servers import Servers, serve
from tests.conftest import url_of
from tests.simulator.small_world import at, bank_frame, ledger_frame, small_world

DATABASE = "small_banks"
TEN = Interval(at(10), at(11))
NOWHERE = "postgresql+psycopg2://nobody:x@127.0.0.1:9/none"  # the discard port: refused at once
REFERENCES = ("409374856301", "409374856302", "409374856303")


@contextmanager
def small_banks(postgres: Postgres, folder: Path) -> Iterator[Servers]:
    """Core has booked HDFC's first two entries of TEN; the third it has not."""
    dsn = postgres.superuser_url().replace("postgresql+psycopg2", "postgresql")
    connection = psycopg2.connect(dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"create database {DATABASE} owner recon_owner")
    connection.close()
    now = floor_hour(datetime.now(IST))  # `sources check` asks for the last whole hour
    entries = [
        {
            "transaction_id": f"T{start.astimezone(IST):%d%H}{number}",
            "occurred_at": start + timedelta(minutes=number),
            "reference": reference,
            "description": f"UPI-ASHA-HDFC0000001-{reference}-RENT",
        }
        for start in (TEN.start, now - HOUR, now)
        for number, reference in enumerate(REFERENCES, 1)
    ]
    booked = [{"reference_number": reference} for reference in REFERENCES[:2]]
    world = small_world(banks={"hdfc": bank_frame(*entries)}, core=ledger_frame(*booked))
    world = replace(world, history=Interval(now - 24 * HOUR, now))
    url = url_of(postgres, "owner", DATABASE)
    servers = serve(world, folder, database_url=url, quota_factor=None)
    try:
        yield servers
    finally:
        servers.stop()


def variables(banks: Servers) -> dict[str, str]:
    """What an installation is told that has HDFC and core (and with it the app's, quiet)."""
    wanted = ("HDFC_", "LEDGER_")
    return {name: value for name, value in banks.environment.items() if name.startswith(wanted)}
