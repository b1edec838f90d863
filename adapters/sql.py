"""Our own systems, read from their databases: any SQLAlchemy URL, one query a dataset.

    database: {url: "${LEDGER_DATABASE_URL}"}
    limits: {connect: 10s, statement: 2m, total: 15m, rows: 50000, attempts: 3}

Read in one read-only transaction through a server-side cursor; every `rows` rows become one
payload (`adapters.query_rows`).
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import sqlalchemy as sa
import sqlalchemy.exc

from adapters.attempts import QueryAttempt
from adapters.backoff import backoff
from adapters.base import Payload, Services, SourceConfig
from adapters.config import expanded, settings_of
from adapters.database_tls import refusal
from adapters.errors import (
    CredentialsRefused,
    MisconfiguredSource,
    SchemaDrift,
    SourceError,
    SourceRejected,
    SourceUnavailable,
)
from adapters.query_rows import QueryRows
from adapters.sections import Section
from reconciliation.model import HOUR, Interval, floor_hour

log = logging.getLogger(__name__)

# What makes a transaction read-only where SQLAlchemy has no option for it. A database that is
# not here needs a login that may only read.
READ_ONLY = {
    "mysql": "set session transaction read only",
    "mariadb": "set session transaction read only",
    "sqlite": "pragma query_only = on",
}
# SQLSTATEs: classes that say "not now"; logins and rights; tables and columns. Any other is
# the query's own fault.
NOT_NOW = ("08", "40", "53", "55", "57", "58", "XX")
NO_LOGIN = ("28", "42501")
NOT_THERE = ("42P01", "42703", "3F000", "42883")
LOGIN_WORDS = ("authentication failed", "no password supplied", "access denied", "role")
PAUSE_SECONDS_MAX = 10.0


@dataclass(frozen=True, slots=True)
class _Limits:
    connect: float  # seconds
    statement: float
    total: float
    rows: int  # a payload
    attempts: int

    @classmethod
    def of(cls, section: Section) -> "_Limits":
        section.only("connect", "statement", "total", "rows", "attempts")
        return cls(
            connect=section.duration("connect", timedelta(seconds=10)).total_seconds(),
            statement=section.duration("statement", timedelta(minutes=2)).total_seconds(),
            total=section.duration("total", timedelta(minutes=15)).total_seconds(),
            rows=section.integer("rows", 1, 1_000_000, 50_000),
            attempts=section.integer("attempts", 1, 20, 3),
        )


class SqlSource:
    def __init__(self, config: SourceConfig, services: Services) -> None:
        self.config = config
        self.services = services
        settings = settings_of(config)
        settings.only("database", "limits")
        settings.section("database").only("url")
        self.limits = _Limits.of(settings.section("limits", {}))
        self.queries = {name: QueryRows(config, one) for name, one in config.datasets.items()}

    def fetch(self, window: Interval) -> Iterator[Payload]:
        self.services.circuit.check(self.config.name)
        deadline = time.monotonic() + self.limits.total
        try:
            with self._connection() as connection:
                for query in self.queries.values():
                    if (bounds := query.bounds(window)) is not None:
                        yield from self._read(connection, query, bounds, deadline)
        except SourceUnavailable as error:
            self.services.circuit.failed(self.config.name, str(error))
            raise
        self.services.circuit.succeeded(self.config.name)

    def parse(self, payload: Payload) -> pd.DataFrame:
        return self.queries[payload.dataset].parse(payload)

    def parse_many(self, payloads: Sequence[Payload]) -> pd.DataFrame:
        """See `QueryRows.parse_many`; the payloads are of one dataset."""
        (dataset,) = {payload.dataset for payload in payloads}
        return self.queries[dataset].parse_many(payloads)

    def normalise(self, dataset: str, rows: pd.DataFrame) -> pd.DataFrame:
        return self.queries[dataset].normalise(rows)

    def check(self) -> list[str]:
        """Asks each query for the last day, and reads no more than its first row."""
        end = floor_hour(datetime.now(UTC))
        window = Interval(end - 48 * HOUR, end)
        problems = []
        try:
            with self._connection() as connection:
                for query in self.queries.values():
                    with _translated(query.where):
                        statement = sa.text(query.query)
                        result = connection.execute(statement, query.bounds(window) or {})
                        names, row = list(result.keys()), result.fetchone()
                        query.as_csv(names, [tuple(row)] if row else [])
                        result.close()
                    gone = set(query.fields.values()) - set(names)
                    problems += [f"{query.where}: the query gives no {name}" for name in gone]
        except SourceError as error:
            problems.append(str(error))
        return problems

    def _read(
        self, connection: sa.Connection, query: QueryRows, bounds: dict[str, Any], deadline: float
    ) -> Iterator[Payload]:
        tried, size = self._attempt(query.dataset.name), 0
        try:
            with _translated(query.where):
                options = {"stream_results": True, "max_row_buffer": self.limits.rows}
                result = connection.execute(sa.text(query.query), bounds, execution_options=options)
            names = list(result.keys())
            for number, rows in enumerate(_partitions(result, self.limits.rows, query.where)):
                if time.monotonic() > deadline:
                    raise SourceUnavailable(
                        f"{query.where}: reading did not end in {self.limits.total:g} s"
                    )
                body = query.as_csv(names, rows)
                size += len(body)
                yield Payload(
                    dataset=query.dataset.name,
                    part=f"{query.dataset.name}/{number:06d}",
                    name=query.dataset.name,
                    body=body,
                    fetched_at=datetime.now(UTC),
                    control={"count": str(len(rows))},
                )
        except SourceError as error:
            tried.ended(type(error).__name__, size)
            raise
        tried.ended("ok", size)

    @contextmanager
    def _connection(self) -> Iterator[sa.Connection]:
        """A read-only transaction that sees one moment. Several attempts to get it."""
        engine = self._engine()
        try:
            connection = self._connected(engine)
            try:
                yield connection
            finally:
                # A broken connection must not hide what broke it.
                with _ignored_at_the_end():
                    connection.close()
        finally:
            engine.dispose()

    def _connected(self, engine: sa.Engine) -> sa.Connection:
        for attempt in range(1, self.limits.attempts + 1):
            tried = self._attempt("(connect)", attempt)
            try:
                with _translated(self.config.name):
                    return self._begin(engine)
            except SourceError as error:
                tried.ended(type(error).__name__)
                if isinstance(error, SourceRejected) or attempt == self.limits.attempts:
                    raise
                time.sleep(backoff(attempt, PAUSE_SECONDS_MAX))
        raise AssertionError("the last attempt returns or raises")

    def _begin(self, engine: sa.Engine) -> sa.Connection:
        connection = engine.connect()
        dialect = engine.dialect.name
        if dialect == "postgresql":
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            milliseconds = int(self.limits.statement * 1000)
            connection.exec_driver_sql(f"set statement_timeout = {milliseconds}")
        elif dialect in READ_ONLY:
            connection.exec_driver_sql(READ_ONLY[dialect])
        return connection

    def _engine(self) -> sa.Engine:
        settings = expanded(self.config)
        seconds = int(self.limits.connect)
        try:
            url = sa.make_url(settings.section("database").text("url"))
            if why := refusal(url):
                raise MisconfiguredSource(f"{self.config.name}, {self._named()}: {why}")
            has_timeout = url.get_backend_name() in ("postgresql", "mysql", "mariadb")
            arguments = {"connect_timeout": seconds} if has_timeout else {}
            return sa.create_engine(url, poolclass=sa.NullPool, connect_args=arguments)
        except (sqlalchemy.exc.ArgumentError, ImportError):
            # The URL holds a password, and the message would hold the URL.
            raise MisconfiguredSource(
                f"{self.config.name}: the database URL is not one SQLAlchemy can use, such as "
                "postgresql+psycopg2://user:password@host/database"
            ) from None

    def _named(self) -> str:
        """Where the URL comes from, for a person."""
        return ", ".join(sorted(self.config.environment)) or "database.url of its YAML"

    def _attempt(self, asked: str, number: int = 1) -> QueryAttempt:
        return QueryAttempt(self.services.audit, self.config.name, asked, number)


def _partitions(
    result: sa.CursorResult[Any], size: int, where: str
) -> Iterator[Sequence[sa.Row[Any]]]:
    """Chunks of rows; an empty result is one empty chunk, so that it too is evidence."""
    chunks, is_first = result.partitions(size), True
    while True:
        with _translated(where):
            rows = next(chunks, None)
        if rows is None:
            if is_first:
                yield []
            return
        yield rows
        is_first = False


@contextmanager
def _translated(where: str) -> Iterator[None]:
    """SQLAlchemy's errors as ours. Their messages quote the query and its values: not ours."""
    try:
        yield
    except sqlalchemy.exc.DBAPIError as problem:
        code = getattr(problem.orig, "sqlstate", None) or getattr(problem.orig, "pgcode", None)
        code = str(code or "")
        said = str(problem.orig).lower()
        # A driver that could not connect has no code, only words.
        if code.startswith(NO_LOGIN) or (not code and any(word in said for word in LOGIN_WORDS)):
            raise CredentialsRefused(
                f"{where}: the database refused the login or the right to read: check the URL "
                "and its grants"
            ) from None
        if code in NOT_THERE or "no such" in said:
            raise SchemaDrift(
                f"{where}: the query names a table or column that is not there: mend the query"
            ) from None
        if code and not code.startswith(NOT_NOW):
            raise MisconfiguredSource(
                f"{where}: the database refused the query (SQLSTATE {code}): mend it"
            ) from None
        state = f" (SQLSTATE {code})" if code else ""
        raise SourceUnavailable(f"{where}: the database gave no answer{state}") from None
    except sqlalchemy.exc.SQLAlchemyError:
        raise MisconfiguredSource(
            f"{where}: the query cannot be run: see its :parameters and columns in the YAML"
        ) from None


@contextmanager
def _ignored_at_the_end() -> Iterator[None]:
    try:
        yield
    except sqlalchemy.exc.SQLAlchemyError:
        log.debug("a connection broke while it was being closed")
