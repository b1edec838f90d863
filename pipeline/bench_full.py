"""The full set of `bench match`: every pass of the shipped definitions that confirms itself, by
the very files and the very engine the reconciliation uses.
"""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from pipeline.bench_data import Sides
from pipeline.bulk import bulk
from pipeline.dialect import duckdb_sql
from reconciliation.definition import Pass, find_definition

PARAMS = {"reconciliation": "bench", "ledger_side": "ledger", "calendar": "india_bank"}
FIRST_DAY, DAYS = date(2026, 2, 20), 60
TABLE = """
    create table if not exists full_outcome (
        entry_id bigint not null, match_group_id text, outcome text not null,
        difference_minor bigint not null
    )
"""


def passes() -> tuple[Pass, ...]:
    """Ledger against bank, with settlements among the references."""
    bank = find_definition("core_hdfc").passes
    credit = [item for item in find_definition("settlement_bank").passes if item.tier == 1]
    strong = [item for item in bank if item.tier == 1]
    return (*strong, *credit, *(item for item in bank if item.tier > 1))


class FullSet:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self) -> None:
        """From Postgres to Postgres, durable."""
        with bulk() as engine:
            for name in ("ledger", "bank"):
                with self._connection.cursor() as cursor:
                    cursor.execute(f"select * from {name}")
                    engine.fill(name, cursor.fetch_record_batch())
            engine.fill("ops.calendar", _calendar())
            engine.fill("staging.settlement", _no_headers())
            engine.connection.execute(
                f"create table open_entry as {duckdb_sql('bench/open_entry')[0]}"
            )
            for item in passes():
                engine.seat_pass(item, PARAMS)
            found = engine.connection.sql(duckdb_sql("bench/full_outcome")[0])
            with self._connection.cursor() as cursor:
                cursor.execute(TABLE)
                cursor.execute("truncate full_outcome")
                cursor.adbc_ingest("full_outcome", found.to_arrow_reader(1_000_000), mode="append")

    def judged(self, data: Sides) -> dict[str, int]:
        """{"matches", "breaks", "wrong", "missed"}: ledger entries, against the truth."""
        with self._connection.cursor() as cursor:
            cursor.execute("select entry_id, match_group_id, outcome from full_outcome")
            found = cursor.fetch_arrow_table().to_pandas()
        seated = found[found["match_group_id"].notna()]
        is_ledger = seated["entry_id"] <= len(data.pairs)
        ours = seated[is_ledger].merge(
            seated[~is_ledger], on="match_group_id", suffixes=("_ledger", "_bank")
        )
        partners = data.pairs[ours["entry_id_ledger"].to_numpy() - 1]
        wrong = int((partners != ours["entry_id_bank"].to_numpy()).sum())
        return {
            "matches": len(ours),
            "breaks": len(found) - len(seated),
            "wrong": wrong,
            "missed": int((data.pairs > 0).sum()) - (len(ours) - wrong),
        }


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
