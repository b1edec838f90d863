"""The only door to the database.

One statement a file, `:named` parameters. A `Transaction` runs them, streams frames in by
COPY and hands frames out with nullable dtypes: money never turns into a float.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Any, TypeVar, cast

import pandas as pd
import psycopg2
import pyarrow as pa
import sqlalchemy.orm  # noqa: F401  else threads import it at once, and meet it half made
from sqlalchemy import Connection, CursorResult, Engine, RowMapping, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from pipeline.columns import batches
from pipeline.copying import copy_frame
from pipeline.errors import PipelineError, StoreBusy, StoreUnavailable
from pipeline.postgres import Postgres
from pipeline.settings import Settings
from pipeline.statements import sql
from pipeline.store_types import frame_of, register_types, translated

ATTEMPTS_MAX = 5  # of one effect that lost a serialization race, a deadlock or its connection
LOCK_SECONDS = 30  # for rows and tables
ADVISORY_SECONDS = 900  # and statistics: an hour's work of another process may have to end first
SESSION = {
    "timezone": "UTC",
    "client_encoding": "utf8",  # lengths of texts are counted in it
    "lock_timeout": f"{LOCK_SECONDS}s",
    # A frozen client must not hold its locks for ever.
    "idle_in_transaction_session_timeout": "600s",
    "statement_timeout": "0",
    "temp_buffers": "32MB",  # a chunk on its way stays in memory
}
T = TypeVar("T")

__all__ = ["Store", "Transaction", "sql"]

log = logging.getLogger(__name__)


class Transaction:
    """What may be done inside one transaction. A failed statement raises StoreError."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def text(self, name: str) -> str:
        """The words of sql/<name>.sql, as they are said here."""
        return self.reworded(sql(name))

    def reworded(self, statement: str) -> str:
        """The statement as it is said here: a sandbox has its own names for our tables."""
        return statement

    def run(self, name: str, /, **params: Any) -> int:
        """Run a statement that changes rows; how many it changed."""
        return int(self._execute(name, params).rowcount)

    def rows(self, name: str, /, **params: Any) -> list[RowMapping]:
        """All rows of a small result."""
        return list(self._execute(name, params).mappings().all())

    def row(self, name: str, /, **params: Any) -> RowMapping | None:
        """The first row, None where there is none."""
        return cast(RowMapping | None, self._execute(name, params).mappings().first())

    def value(self, name: str, /, **params: Any) -> Any:
        """First column of the first row, None where there is none."""
        return self._execute(name, params).scalar()

    def admitting(self, name: str, clause: str, /, **params: Any) -> CursorResult[Any]:
        """The result of a statement with a definition's `where` in the place of its `:admits`.

        `clause`: checked word by word (reconciliation/where.py), so that it holds no parameters.
        """
        with _translating(name):
            return self.connection.execute(text(self.text(name).replace(":admits", clause)), params)

    def frame(self, name: str, /, **params: Any) -> pd.DataFrame:
        """The result as a frame: bigint → Int64, text → string, timestamptz → datetime64[us, UTC],
        date → datetime64[s], numeric → Decimal, json → Python objects, bytea → bytes.
        """
        result = self._execute(name, params)
        return frame_of(result.cursor.description, result.fetchall())

    def frames(self, name: str, /, rows_max: int = 50_000, **params: Any) -> Iterator[pd.DataFrame]:
        """As `frame`, in pieces of bounded size through a server-side cursor."""
        with _translating(name):
            result = self.connection.execute(
                text(self.text(name)), params, execution_options={"stream_results": True}
            )
            description = result.cursor.description  # a result that is read to its end has none
            while rows := result.fetchmany(rows_max):
                yield frame_of(description, rows)

    def copy(self, table: str, frame: pd.DataFrame, columns: list[str] | None = None) -> int:
        """Stream the frame's columns into the table by COPY; how many rows.

        `table` may have a schema ("staging.entry"). NA is null, an empty string stays one.
        """
        with _translating(f"copy {table}"):
            cursor = self.connection.connection.cursor()
            return copy_frame(cursor, table, frame, columns or list(frame.columns))

    @contextmanager
    def columns(
        self, table: str, columns: Sequence[str] = (), condition: str = "true"
    ) -> Iterator[pa.RecordBatchReader]:
        """Columns of the table as Arrow, read while the block runs (pipeline/columns.py)."""
        problems: list[Exception] = []
        with _translating(f"columns of {table}"):
            try:
                cursor = self.connection.connection.cursor()
                yield batches(cursor, self.reworded(table), columns, condition, problems)
            except Exception:
                if problems:  # whoever read only says that reading failed
                    raise problems[0] from None
                raise

    def refresh_statistics(self, table: str, folder: str, written: int) -> None:
        """Run <folder>/analyze_<table> where `written` rows changed what the table is like.

        Without, the planner takes a first load for an empty table and joins it row by row.
        Who takes them holds them to his commit: another source's or edge's work is waited for.
        """
        if written and self.value("ops/wants_statistics", table_name=table, written=written):
            with self._patience(ADVISORY_SECONDS):
                self.run(f"{folder}/analyze_{table.partition('.')[2]}")

    def lock(self, key: str, seconds: int = ADVISORY_SECONDS) -> None:
        """Hold the advisory lock of that name until the transaction ends.

        StoreBusy when another holds it for longer than `seconds`.
        """
        with self._patience(seconds):
            self.run("ops/advisory_lock", key=key)

    @contextmanager
    def _patience(self, seconds: int) -> Iterator[None]:
        self.run("ops/set_local_lock_timeout", timeout=f"{seconds}s")
        yield  # where it raises the transaction is over, and the timeout with it
        self.run("ops/set_local_lock_timeout", timeout=f"{LOCK_SECONDS}s")

    def _execute(self, name: str, params: dict[str, Any]) -> Any:
        with _translating(name):
            return self.connection.execute(text(self.text(name)), params)


class Store:
    """A database by one role. Cheap to make: connections are opened when used, not pooled,
    so that a restarted server or a forked worker never meets a dead one.
    """

    def __init__(self, url: str, role: str | None = None) -> None:
        """`role`: taken on after login where the login is a member of it (a user's own server)."""
        register_types()
        self._url, self._role = url, role
        self.engine = _engine(url, role, poolclass=NullPool)

    @contextmanager
    def kept_open(self) -> Iterator["Store"]:
        """The same store over connections that stay open until the block ends: for many small
        transactions, each of which would otherwise log in first.
        """
        kept = copy(self)
        kept.engine = _engine(
            self._url, self._role, poolclass=QueuePool, pool_size=2, pool_pre_ping=True
        )
        try:
            yield kept
        finally:
            kept.engine.dispose()

    @classmethod
    def open(cls, settings: Settings, role: str = "etl") -> "Store":
        """The installation's database as owner, etl, app or auditor."""
        if settings.database_url is None:
            return cls(getattr(Postgres(settings.home).urls(), role))
        return cls(settings.database_url, None if role == "owner" else f"recon_{role}")

    @contextmanager
    def transaction(
        self, *, lock: str | None = None, snapshot: bool = False
    ) -> Iterator[Transaction]:
        """One transaction: committed at the end of the block, undone when it raises.

        `lock`: an advisory lock taken first. `snapshot`: every statement sees the database as
        it was once the lock was held (repeatable read). Nothing is retried: see `effect`.
        """
        level = "REPEATABLE READ" if snapshot else "READ COMMITTED"
        with _translating("transaction"), self.engine.connect() as opened:
            connection = opened.execution_options(isolation_level=level)
            if lock is not None and snapshot:
                # Taken by the session and before the snapshot, or we would not see what the
                # one before us committed while we waited.
                with connection.begin():
                    transaction = Transaction(connection)
                    transaction.run("ops/set_local_lock_timeout", timeout=f"{ADVISORY_SECONDS}s")
                    transaction.run("ops/advisory_lock_session", key=lock)
            try:
                with connection.begin():
                    transaction = Transaction(connection)
                    if lock is not None and not snapshot:
                        transaction.lock(lock)
                    yield transaction
            finally:
                # A session's lock outlives its transaction: let it go with the session.
                if lock is not None and snapshot:
                    connection.invalidate()

    def effect(
        self, work: Callable[[Transaction], T], *, lock: str | None = None, snapshot: bool = False
    ) -> T:
        """Run `work` in one transaction; again when it lost a race or its connection.

        `work` must do the same when run again: everything it wrote is undone before.
        """
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                with self.transaction(lock=lock, snapshot=snapshot) as transaction:
                    return work(transaction)
            except (StoreBusy, StoreUnavailable) as error:
                lock_timeout = error.sqlstate == "55P03"
                if attempt == ATTEMPTS_MAX or lock_timeout:
                    raise
                log.info("retrying a transaction: %s (attempt %d)", error, attempt)
                time.sleep(0.1 * 2**attempt)
        raise AssertionError("unreachable")

    def once(self, name: str, /, **params: Any) -> int:
        """One statement in a transaction of its own: survives whatever the caller undoes."""
        with self.transaction() as transaction:
            return transaction.run(name, **params)

    def is_reachable(self) -> bool:
        try:
            with self.transaction():
                return True
        except PipelineError:
            return False


def _engine(url: str, role: str | None, **pool: Any) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={
            "connect_timeout": 10,
            "application_name": "recon",
            "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items()),
            "keepalives_idle": 30,
        },
        **pool,
    )
    if role is not None:
        event.listen(engine, "connect", lambda raw, _: _take_role(raw, role))
    return engine


@contextmanager
def _translating(name: str) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, psycopg2.Error) as error:
        # Not chained: the driver's text holds rows (DETAIL, COPY context).
        raise translated(error, name) from None


def _take_role(raw: Any, role: str) -> None:
    with raw.cursor() as cursor:
        cursor.execute(
            "select pg_has_role(current_user, oid, 'member') from pg_roles where rolname = %s",
            (role,),
        )
        found = cursor.fetchone()
        if found is not None and found[0]:
            cursor.execute("select set_config('role', %s, false)", (role,))
    raw.commit()
