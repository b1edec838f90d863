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
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any

import adbc_driver_postgresql.dbapi as adbc
import duckdb
import pyarrow as pa

from pipeline.bench_data import NAMELESS, Sides, sides
from pipeline.bench_full import FullSet
from pipeline.bench_peers import peers
from pipeline.bench_server import scratch_server
from pipeline.dialect import duckdb_sql
from pipeline.statements import sql

ROUNDS = 3
SIDES = ("ledger", "bank")
MATCHED = ("exact", "tolerance", "settlement")
COLUMNS = "entry_id, account_id, amount_minor, day, moment, reference, reference_key, settlement"


def match_throughput(
    rows: int, *, engine: str = "auto", with_peers: bool = True, say: Callable[[str], None] = print
) -> dict[str, Any]:
    """See the module. `engine`: duckdb or postgres measures that one alone."""
    with scratch_server() as (_, urls), ExitStack() as closing_all:
        url = urls.owner.replace("postgresql+psycopg2", "postgresql")
        one, other = (
            closing_all.enter_context(closing(adbc.connect(url, autocommit=True))) for _ in range(2)
        )
        bench = _Bench((one, other), sides(rows), engine, with_peers=with_peers, say=say)
        return bench.measured()


def _read(connection: Any, name: str) -> pa.Table:
    with connection.cursor() as cursor:
        cursor.execute(f"select {COLUMNS} from {name}")
        return cursor.fetch_arrow_table()


def _write(connection: Any, name: str, rows: pa.Table) -> None:
    with connection.cursor() as cursor:
        cursor.adbc_ingest(name, rows, mode="append")


class _Bench:
    def __init__(
        self,
        connections: tuple[Any, Any],
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
        self.tables = self._read_both()
        full = FullSet(self.connection)
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
        for statement in sql("bench/create_tables").split(";\n"):
            self._execute(statement)
        for name, table in zip(SIDES, (self.data.ledger, self.data.bank), strict=True):
            _write(self.connection, name, table)
            self._execute(f"analyze {name}")

    def _read_both(self) -> dict[str, pa.Table]:
        return dict(zip(SIDES, self._by_two(_read, SIDES), strict=True))

    def _by_two(self, work: Callable[[Any, Any], Any], items: tuple[Any, Any]) -> list[Any]:
        """Each item over a connection of its own, at once."""
        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(work, self.connections, items))

    def _floor(self) -> None:
        with closing(self._engine(self.tables)) as engine:
            engine.sql(duckdb_sql("bench/bare_join")[0]).fetchall()

    def _compute(self) -> None:
        with closing(self._engine(self.tables)) as engine:
            engine.execute(f"create table outcome as {duckdb_sql('bench/three_passes')[0]}")

    def _end_to_end(self) -> None:
        with closing(self._engine(self._read_both())) as engine:
            found = engine.sql(duckdb_sql("bench/three_passes")[0]).to_arrow_table()
        self._execute("truncate outcome")
        half = len(found) // 2
        halves = (found.slice(0, half), found.slice(half))
        self._by_two(lambda connection, rows: _write(connection, "outcome", rows), halves)

    def _in_postgres(self) -> None:
        self._execute("truncate outcome")
        self._execute(f"insert into outcome {sql('bench/three_passes')}")

    def _engine(self, tables: dict[str, pa.Table]) -> Any:
        engine = duckdb.connect()
        engine.execute("set enable_progress_bar = false")
        for name, table in tables.items():
            engine.register(name, table)
        return engine

    def _judged(self) -> dict[str, int]:
        """What the last measured run wrote, against the truth."""
        with self.connection.cursor() as cursor:
            cursor.execute("select ledger_id, bank_id, outcome from outcome")
            found = cursor.fetch_arrow_table().to_pandas()
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
