"""The full set of `bench match`: every pass of the shipped definitions that confirms itself, by
the very files and the very engine the reconciliation uses.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from pipeline.bench_data import Sides, sides
from pipeline.bench_tables import COLUMNS, SIDES, Connections, by_two, hold, write
from pipeline.bulk import bulk
from pipeline.columns import batches
from pipeline.dialect import duckdb_sql
from reconciliation.definition import Pass
from reconciliation.rulebook import shipped

PARAMS = {"reconciliation": "bench", "ledger_side": "ledger", "calendar": "india_bank"}
WRITE_ROWS = 1_000_000
FIRST_DAY, DAYS = date(2026, 2, 20), 60
# What is written, and by which of the two connections.
WRITTEN = (
    {"full_seat": "select entry_id, group_key from seated"},
    {
        "full_group": "select group_key, match_group_id, pass_name,"
        " difference_minor from found_group",
        "full_break": "select entry_id, code, amount_minor from left_over",
    },
)


def passes() -> tuple[Pass, ...]:
    """Ledger against bank, with settlements among the references."""
    bank = shipped().find("core_hdfc").passes
    credit = [item for item in shipped().find("settlement_bank").passes if item.tier == 1]
    strong = [item for item in bank if item.tier == 1]
    return (*strong, *credit, *(item for item in bank if item.tier > 1))


class FullSet:
    """Over two connections to the same database: each reads a side and writes its half."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def run(self) -> None:
        """From Postgres to Postgres, durable, into empty tables."""
        with bulk() as engine:
            engine.fill("ops.calendar", _calendar())
            engine.fill("staging.settlement", _no_headers())
            self._open_both(engine.connection)
            engine.make("repeated", "bench/repeated")
            for item in passes():
                engine.seat_pass(item, PARAMS)
            engine.make("left_over", "bench/full_breaks")
            cursors = [engine.connection.cursor() for _ in WRITTEN]
            by_two(_write, self._connections, list(zip(cursors, WRITTEN, strict=True)))

    def _open_both(self, engine: Any) -> None:
        """Both sides as they come, at once: bounded, whatever their size."""
        select, _ = duckdb_sql("bench/open_entry")
        hold(engine, {"held": sides(0).ledger})
        engine.execute(f"create table open_entry as {select}", {"side": "nobody"})

        def insert(connection: Any, side: tuple[str, Any]) -> None:
            name, own = side
            with connection.cursor() as cursor:
                hold(own, {"held": batches(cursor, name, COLUMNS)})
                own.execute(f"insert into open_entry {select}", {"side": name})

        by_two(insert, self._connections, [(name, engine.cursor()) for name in SIDES])

    def judged(self, data: Sides) -> dict[str, int]:
        """{"matches", "breaks", "wrong", "missed"}: ledger entries, against the truth."""
        seated = self._read("full_seat", "entry_id", "group_key")
        breaks = self._read("full_break", "entry_id")
        is_ledger = seated["entry_id"] <= len(data.pairs)
        ours = seated[is_ledger].merge(
            seated[~is_ledger], on="group_key", suffixes=("_ledger", "_bank")
        )
        partners = data.pairs[ours["entry_id_ledger"].to_numpy() - 1]
        wrong = int((partners != ours["entry_id_bank"].to_numpy()).sum())
        return {
            "matches": len(ours),
            "breaks": len(breaks),
            "wrong": wrong,
            "missed": int((data.pairs > 0).sum()) - (len(ours) - wrong),
        }

    def _read(self, table: str, *columns: str) -> Any:
        with self._connections[0].cursor() as cursor:
            return batches(cursor, table, columns).read_all().to_pandas()


def _write(connection: Any, half: tuple[Any, Mapping[str, str]]) -> None:
    engine, tables = half
    with connection.cursor() as cursor:
        cursor.execute("begin")
    for name, query in tables.items():
        for batch in engine.sql(query).to_arrow_reader(WRITE_ROWS):
            write(connection, name, pa.Table.from_batches([batch]))
    with connection.cursor() as cursor:
        cursor.execute("commit")


def _calendar() -> pa.Table:
    days = [FIRST_DAY + timedelta(days=number) for number in range(DAYS)]
    return pa.table({
        "calendar": ["india_bank"] * DAYS, "day": days, "business_no": list(range(DAYS)),
    })  # fmt: skip


def _no_headers() -> pa.Table:
    return pa.table({
        "utr": pa.array([], pa.string()), "currency": pa.array([], pa.string()),
        "amount_minor": pa.array([], pa.int64()),
        "known_to": pa.array([], pa.timestamp("us", "UTC")),
    })  # fmt: skip
