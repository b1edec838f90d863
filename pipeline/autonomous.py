"""A connection of its own, each statement committed at once: outlives what the step undoes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, RowMapping, text
from sqlalchemy.exc import DBAPIError

from pipeline.errors import StoreUnavailable
from pipeline.statements import sql
from pipeline.store import Store
from pipeline.store_types import translated

TRIES = 3


class Autonomous:
    """Shared by the threads of one step; reconnects when the server went away."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._connection: Connection | None = None

    def row(self, name: str, /, **params: Any) -> RowMapping | None:
        """Run and commit one statement; its first row, None where it returns none.

        StoreError; a lost connection is opened again before it is one.
        """
        with self._lock:
            for attempt in range(1, TRIES + 1):
                try:
                    result = self._open().execute(text(sql(name)), params)
                    return result.mappings().first() if result.returns_rows else None
                except DBAPIError as error:
                    problem = translated(error, name)
                    self._drop()
                    if attempt == TRIES or not isinstance(problem, StoreUnavailable):
                        raise problem from None
        raise AssertionError("unreachable")

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _open(self) -> Connection:
        if self._connection is None:
            connection = self._store.engine.connect()
            self._connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()


@contextmanager
def autonomous(store: Store) -> Iterator[Autonomous]:
    own = Autonomous(store)
    try:
        yield own
    finally:
        own.close()
