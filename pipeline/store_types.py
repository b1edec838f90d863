"""Between Postgres's types and pandas's, and from the driver's errors to ours."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import psycopg2
from psycopg2 import extras
from psycopg2.extensions import AsIs, register_adapter
from sqlalchemy.exc import DBAPIError

from pipeline.errors import StoreBusy, StoreError, StoreFull, StoreUnavailable

# Postgres type OIDs → pandas dtypes that keep nulls and never turn a bigint into a float.
DTYPES = {
    16: "boolean",
    20: "Int64",
    21: "Int64",
    23: "Int64",
    25: "string",
    1043: "string",
    1082: "datetime64[s]",
    1184: "datetime64[us, UTC]",
    2950: "string",  # uuid
}
BYTEA, UUID = 17, 2950
DATE, INSTANT = "datetime64[s]", "datetime64[us, UTC]"
BUSY = {"40001", "40P01", "55P03"}  # serialization, deadlock, lock not available
GONE = {"57P01", "57P02", "57P03", "25P03"}  # shut down, crashed, starting, idle too long
FULL = {"53100", "53200", "53300"}  # disk, memory, connections


def register_types() -> None:
    """Let parameters be numpy integers, UUIDs, dicts (as jsonb). Idempotent."""
    for integer in (np.int64, np.int32, np.int16):
        register_adapter(integer, AsIs)
    register_adapter(np.bool_, lambda value: AsIs("true" if value else "false"))
    register_adapter(dict, extras.Json)
    extras.register_uuid()


def frame_of(description: Sequence[Any], rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Rows of a cursor as a frame with the dtypes of its columns."""
    columns = {}
    values = list(zip(*rows, strict=True)) if rows else [()] * len(description)
    for column, cells in zip(description, values, strict=True):
        columns[column[0]] = _series(column[1], cells)
    return pd.DataFrame(columns)


def _series(oid: int, cells: Sequence[Any]) -> "pd.Series[Any]":
    dtype: Any = DTYPES.get(oid, "object")
    if oid == BYTEA:  # comes as memoryview
        cells = [None if cell is None else bytes(cell) for cell in cells]
    elif oid == UUID:
        cells = [None if cell is None else str(cell) for cell in cells]
    series: pd.Series[Any]
    if dtype == DATE:
        series = pd.Series(np.array(cells, dtype=DATE), dtype=dtype)
    elif dtype == INSTANT:
        moments = pd.to_datetime(pd.Series(list(cells), dtype="object"), utc=True)
        series = moments.astype(dtype)
    else:
        series = pd.Series(list(cells), dtype=dtype)
    return series


def translated(error: DBAPIError | psycopg2.Error, name: str) -> StoreError:
    """Our error for the driver's, without any row's values."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(origin, "pgcode", None)
    diagnostics = getattr(origin, "diag", None)
    what = getattr(diagnostics, "message_primary", None) or "no answer from the database"
    if state is not None and state.startswith("22"):
        what = "a value does not fit its column"  # the server's own text quotes the value
    constraint = getattr(diagnostics, "constraint_name", None)
    column = getattr(diagnostics, "column_name", None)
    where = "".join(f" ({part})" for part in (constraint, column) if part)
    message = f"{name}: {what}{where} [{state or 'connection'}]"
    if state is None and not isinstance(origin, (psycopg2.ProgrammingError, psycopg2.DataError)):
        return StoreUnavailable(message)
    if state in GONE or (state or "").startswith("08"):
        return StoreUnavailable(message, state)
    if state in BUSY:
        return StoreBusy(message, state)
    if state in FULL:
        return StoreFull(message, state)
    return StoreError(message, state)
