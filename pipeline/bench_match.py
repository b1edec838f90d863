"""How fast two sides are matched on this machine, against a bare join and against what others
use; everything in turn, in one process, medians.

    floor_s       DuckDB's bare full outer join on the key
    compute_s     the three-pass workload in DuckDB, both sides in memory
    end_to_end_s  the same from Postgres to Postgres, durable
    full_s        every pass that confirms itself, from Postgres to Postgres, durable
    postgres_s    the three-pass workload inside Postgres, durable
    load_s        both sides into Postgres
    peers         theirs, compare alone, in memory; null where the package is not installed
"""

import resource
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from typing import Any

import duckdb
import psycopg2
import pyarrow as pa

from pipeline.bench_data import NAMELESS, Sides, sides
from pipeline.bench_full import FullSet
from pipeline.bench_peers import peers
from pipeline.bench_server import libpq_url, scratch_server
from pipeline.bench_tables import COLUMNS, SIDES, Connections, by_two, hold, read_both, write
from pipeline.columns import batches
from pipeline.dialect import duckdb_sql
from pipeline.statements import sql

ROUNDS = 3
# What a step writes, emptied before its time begins.
WRITES = {
    "end_to_end_s": "outcome", "postgres_s": "outcome",
    "full_s": "full_group, full_seat, full_break",
}  # fmt: skip
MATCHED = ("exact", "tolerance", "settlement")
# Of the ledger the three passes ask no time of day.
THREE_PASSES = {"ledger": tuple(name for name in COLUMNS if name != "moment"), "bank": COLUMNS}


def match_throughput(
    rows: int, *, engine: str = "auto", with_peers: bool = True, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """See the module. `engine`: duckdb or postgres measures that one alone."""
    with scratch_server() as (_, urls), ExitStack() as closing_all:
        url = libpq_url(urls.owner)
        one, other = (closing_all.enter_context(closing(psycopg2.connect(url))) for _ in range(2))
        one.autocommit = other.autocommit = True
        bench = _Bench((one, other), sides(rows), engine, with_peers=with_peers, say=say)
        return bench.measured()


class _Bench:
    def __init__(
        self,
        connections: Connections,
        data: Sides,
        engine: str,
        *,
        with_peers: bool,
        say: Callable[[str], None],
    ) -> None:
        self.connections = connections
        self.connection = connections[0]
        self.data = data
        self.rows = data.ledger.num_rows
        self.say = say
        self.with_peers = with_peers
        self.has_duckdb, self.has_postgres = engine != "postgres", engine != "duckdb"
        self.tables: dict[str, pa.Table] = {}

    def measured(self) -> dict[str, Any]:
        self.say("loading both sides into Postgres")
        load_s = self._timed(self._load)
        keyed = dict.fromkeys(SIDES, (*COLUMNS, "reference_key"))
        self.tables = read_both(self.connections, keyed)
        full = FullSet(self.connections)
        steps: dict[str, Callable[[], Any]] = {"floor_s": self._floor}
        if self.has_duckdb:
            steps |= {"compute_s": self._compute, "end_to_end_s": self._end_to_end}
            steps |= {"full_s": full.run}
        if self.has_postgres:
            steps["postgres_s"] = self._in_postgres
        others = peers(self.tables) if self.with_peers else {}
        found: dict[str, list[float]] = {name: [] for name in (*steps, *others)}
        for turn in range(ROUNDS):  # in turn, so that a slow minute meets all of them
            for name, step in {**steps, **others}.items():
                if step is not None:
                    self.say(f"{name}, {turn + 1} of {ROUNDS}")
                    if name in WRITES:
                        self._execute(f"truncate {WRITES[name]}")
                    found[name].append(self._timed(step))
        medians = {
            name: round(statistics.median(times), 3) if times else None
            for name, times in found.items()
        }
        return {
            "rows": self.rows,
            **{name: medians.get(name) for name in steps},
            "load_s": round(load_s, 3),
            "peers": {name: medians[name] for name in others},
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            **self._judged(),
            "full": full.judged(self.data) if self.has_duckdb else None,
        }

    def _timed(self, step: Callable[[], Any]) -> float:
        begun = time.perf_counter()
        step()
        return time.perf_counter() - begun

    def _execute(self, statement: str) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute(statement)

    def _load(self) -> None:
        for name in ("create_tables", "create_full_tables"):
            for statement in sql(f"bench/{name}").split(";\n"):
                self._execute(statement)
        for name, table in zip(SIDES, (self.data.ledger, self.data.bank), strict=True):
            write(self.connection, name, table)
            self._execute(f"analyze {name}")

    def _floor(self) -> None:
        with closing(_engine()) as engine:
            for name, table in self.tables.items():
                engine.register(name, table)
            engine.sql(duckdb_sql("bench/bare_join")[0]).fetchall()

    def _compute(self) -> None:
        with closing(_engine()) as engine:
            for name, table in self.tables.items():
                engine.register(name, table)
            engine.execute(f"create table outcome as {duckdb_sql('bench/three_passes')[0]}")

    def _end_to_end(self) -> None:
        with closing(_engine()) as engine:
            hold(engine, read_both(self.connections, THREE_PASSES))
            found = engine.sql(duckdb_sql("bench/three_passes")[0]).to_arrow_table()
        half = len(found) // 2
        halves = (found.slice(0, half), found.slice(half))
        by_two(lambda one, rows: write(one, "outcome", rows), self.connections, halves)

    def _in_postgres(self) -> None:
        self._execute(f"insert into outcome {sql('bench/three_passes')}")

    def _judged(self) -> dict[str, int]:
        """What the last measured run wrote, against the truth."""
        with self.connection.cursor() as cursor:
            written = batches(cursor, "outcome", ("ledger_id", "bank_id", "outcome")).read_all()
        found = written.to_pandas()
        matched = found[found["outcome"].isin(MATCHED)]
        partners = self.data.pairs[matched["ledger_id"].astype("int64") - 1]
        wrong = int((partners != matched["bank_id"].astype("int64")).sum())
        nameless = int((self.data.kinds == NAMELESS).sum())  # these three passes cannot find them
        expected = int((self.data.pairs > 0).sum()) - nameless
        return {
            "matches": len(matched),
            "breaks": len(found) - len(matched),
            "wrong": wrong,
            "missed": expected - (len(matched) - wrong),
        }


def _engine() -> Any:
    engine = duckdb.connect()
    engine.execute("set enable_progress_bar = false")
    return engine
