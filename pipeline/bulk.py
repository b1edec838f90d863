"""The passes in DuckDB, in this process: for a first load, a backfill or rules that changed,
where most of an edge is open at once. The hour's few entries stay in Postgres.

It reads the transaction's own `open_entry`, which nobody else can see yet, by columns, and
writes back what it seated by COPY: one transaction, one snapshot, whichever engine.
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from pipeline.dialect import chosen, duckdb_sql
from pipeline.store import Transaction
from reconciliation.definition import Pass

MEMORY = "4GB"  # then it writes to disk
CHUNK_ROWS = 100_000
# What the passes read besides open entries, and how much of it.
BESIDE = {
    "ops.calendar": (("calendar", "day", "business_no"), "true"),
    "staging.settlement": (("utr", "currency", "amount_minor", "known_to"), "known_to is null"),
}
TABLES = (
    "create table proposed (entry_id bigint not null, group_key bigint not null, reason text)",
    "create table parted_entry (decision_id bigint, entry_id bigint)",
    "create table found_group (group_key bigint not null, match_group_id text not null,"
    " pass_name text not null, difference_minor bigint not null, currency text not null,"
    " reason text not null, first_date date not null, last_date date not null)",
    "create table seated (entry_id bigint not null, version integer not null,"
    " side text not null, group_key bigint not null)",
)

# Seats what was proposed and takes it off open_entry, as seat_proposed and take_proposed do, where
# that is most of it: one join for both, and the few that stay are written anew.
SEAT_MOST = (
    "create table looked_up as select entry_id, open_entry.version, open_entry.side,"
    " proposed.group_key from open_entry left join proposed using (entry_id)",
    "insert into seated select entry_id, version, side, group_key from looked_up"
    " where group_key is not null",
    "create table rest as select open_entry.* from open_entry"
    " semi join (select entry_id from looked_up where group_key is null) as kept using (entry_id)",
    "drop table open_entry",
    "alter table rest rename to open_entry",
    "drop table looked_up",
)


class Bulk:
    """One edge's open entries in DuckDB. Made by `bulk`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        connection.execute("set enable_progress_bar = false")
        for schema in ("ops", "staging", "recon"):
            connection.execute(f"create schema {schema}")
        connection.execute(DECIMAL_TEXT)
        for table in TABLES:
            connection.execute(table)
        self._has_beside = False

    def seat(
        self, transaction: Transaction, passes: Iterable[Pass], params: Mapping[str, Any]
    ) -> None:
        """Run the passes over the transaction's `open_entry` and seat what they propose."""
        if not self._has_beside:
            for table, (columns, condition) in BESIDE.items():
                self._read(transaction, table, columns, condition)
            self._has_beside = True
        for table in ("open_entry", "parted_entry"):
            self._read(transaction, table)
        for item in passes:
            self.seat_pass(item, params)
        for table in ("found_group", "seated"):
            self._write(transaction, table)
        transaction.run("matching/take_seated")
        for table in ("found_group", "seated"):
            self.connection.execute(f"truncate {table}")

    def seat_pass(self, item: Pass, params: Mapping[str, Any]) -> None:
        """Seat what the pass proposes: `seated` grows, `open_entry` shrinks. ValueError: an
        entry twice.
        """
        self.propose(item, params)
        self._run("matching/strike_parted", params)
        proposed, held = self._count("proposed"), self._count("open_entry")
        if proposed == 0:
            return
        self._run("matching/group_proposed", {**params, "pass_name": item.name})
        if proposed * 2 > held:
            for statement in SEAT_MOST:
                self.connection.execute(statement)
        else:
            self._run("matching/seat_proposed", params)
            self._run("matching/take_proposed", params)
        twice = proposed - (held - self._count("open_entry"))
        if twice:
            raise ValueError(f"pass {item.name}: proposes {twice} entries more than once")
        self.connection.execute("truncate proposed")

    def fill(self, table: str, batches: pa.Table | pa.RecordBatchReader) -> None:
        """Make the table anew."""
        self.connection.register("batches", batches)
        self.connection.execute(f"create or replace table {table} as select * from batches")
        self.connection.unregister("batches")

    def make(self, table: str, name: str) -> None:
        """A new table of what sql/<name>.sql selects."""
        self.connection.execute(f"create table {table} as {duckdb_sql(name)[0]}")

    def propose(self, item: Pass, params: Mapping[str, Any]) -> None:
        """Fill `proposed` with what the pass selects."""
        statement, names = duckdb_sql(f"passes/{item.sql}")
        self.connection.execute(
            f"insert into proposed (group_key, entry_id, reason) {statement}",
            chosen(names, {**params, **item.parameters}),
        )

    def _count(self, table: str) -> int:
        ((count,),) = self.connection.execute(f"select count(*) from {table}").fetchall()
        return int(count)

    def _run(self, name: str, params: Mapping[str, Any]) -> None:
        statement, names = duckdb_sql(name)
        self.connection.execute(statement, chosen(names, params))

    def _read(
        self, transaction: Transaction, table: str, columns: Sequence[str] = (), where: str = "true"
    ) -> None:
        with transaction.columns(table, columns, where) as reader:
            self.fill(table, reader)

    def _write(self, transaction: Transaction, table: str) -> None:
        for batch in self.connection.table(table).to_arrow_reader(CHUNK_ROWS):
            transaction.copy(table, batch.to_pandas(types_mapper=pd.ArrowDtype))


# As sql/schema/0017_exact_text.sql has it; a test holds the two equal.
DECIMAL_TEXT = """
    create macro recon.decimal_text(minor, currency) as case
        when currency in ('JPY', 'KRW', 'VND') then cast(minor as text)
        when currency in ('KWD', 'BHD', 'OMR', 'JOD', 'TND') then
            if(minor < 0, '-', '') || abs(minor) // 1000
            || '.' || lpad(cast(abs(minor) % 1000 as text), 3, '0')
        else
            if(minor < 0, '-', '') || abs(minor) // 100
            || '.' || lpad(cast(abs(minor) % 100 as text), 2, '0')
    end
"""


@contextmanager
def bulk() -> Iterator[Bulk]:
    with (
        tempfile.TemporaryDirectory(prefix="recon-duckdb-") as folder,
        duckdb.connect(
            ":memory:",
            config={"memory_limit": MEMORY, "temp_directory": folder},
        ) as connection,
    ):
        yield Bulk(connection)
