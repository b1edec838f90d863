"""Whole columns out of Postgres, as Arrow: the server puts each together, some pages at a time.

A row on its way is a message, a field a length and a call on either end: a million rows of six
columns cost 0.8 s of processor time as rows of binary COPY, 0.28 s as columns (DECISIONS.md).
Texts go as one run of bytes and one of lengths, so that no character is special.
"""

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from psycopg2.sql import SQL, Composable, Identifier, Literal

from pipeline import copying

PAGES = 250  # read at once, 2 MB: of more, memory that is new each time costs a quarter again
TEXTS = (copying.TEXT, copying.VARCHAR)
# Type OID → what sends it, in the form that copying.NUMBERS gives, and what it is here.
FIXED = {
    copying.BOOL: ("boolsend", pa.bool_()),
    copying.INT2: ("int2send", pa.int16()),
    copying.INT4: ("int4send", pa.int32()),
    copying.INT8: ("int8send", pa.int64()),
    copying.DATE: ("date_send", pa.date32()),
    copying.TIMESTAMPTZ: ("timestamptz_send", pa.timestamp("us", "UTC")),
}


@dataclass
class _Column:
    name: str
    oid: int
    has_nulls: bool = False  # beside values, so that which they are is sent along

    @property
    def type(self) -> pa.DataType:
        return pa.string() if self.oid in TEXTS else FIXED[self.oid][1]

    def asked(self) -> Iterator[Composable]:
        """What is asked of the server for it. What it puts together leaves nulls out."""
        name = Identifier(self.name)
        if self.oid in TEXTS:
            yield SQL("string_agg({}, '')").format(name)
            yield SQL("string_agg(int4send(coalesce(octet_length({}), -1)), '')").format(name)
            return
        send = SQL(FIXED[self.oid][0])  # one of ours, not somebody's word
        yield SQL("string_agg({}({}), '')").format(send, name)
        if self.has_nulls:
            yield SQL("string_agg(boolsend({} is not null), '')").format(name)

    def array(self, rows: int, fields: Iterator[bytes]) -> pa.Array | None:
        """Takes what was asked for; None where nulls turn up that were not asked for."""
        data = next(fields)
        if self.oid in TEXTS:
            return _texts(data, np.frombuffer(next(fields), ">i4"))
        values = np.frombuffer(data, copying.NUMBERS[self.oid])
        valid = np.frombuffer(next(fields), "?") if self.has_nulls else None
        if len(values) == 0:
            return pa.nulls(rows, self.type)
        if valid is None and len(values) < rows:
            return None
        return _numbers(values, self.oid, valid)


def batches(
    cursor: Any,
    table: str,
    columns: Sequence[str] = (),
    condition: str = "true",
    problems: list[Exception] | None = None,
) -> pa.RecordBatchReader:
    """`columns` (default: all) of the table's rows, as they lie, where `condition` holds; of a
    view all at once.

    Read it whole inside the cursor's transaction; one that others write to needs a snapshot.
    `condition` is SQL of ours. KeyError: a column of a type that is not in FIXED or TEXTS. What
    fails later fails inside whoever reads, who may say it in words of his own: `problems` gets it
    as it was.
    """
    place = Identifier(*table.split("."))
    names = SQL(", ").join(map(Identifier, columns)) if columns else SQL("*")
    cursor.execute(SQL("select {} from {} limit 0").format(names, place))
    wanted = [_Column(name, oid) for name, oid, *_ in cursor.description]
    schema = pa.schema([(column.name, column.type) for column in wanted])
    return pa.RecordBatchReader.from_batches(
        schema, _noting(_batches(cursor, place, wanted, schema, SQL(condition)), problems)
    )


def _noting(
    made: Iterator[pa.RecordBatch], problems: list[Exception] | None
) -> Iterator[pa.RecordBatch]:
    try:
        yield from made
    except Exception as problem:
        if problems is not None:
            problems.append(problem)
        raise


def _batches(
    cursor: Any, place: Composable, wanted: list[_Column], schema: pa.Schema, condition: SQL
) -> Iterator[pa.RecordBatch]:
    for pages in _pages(cursor, place):
        where = SQL("({}) and {}").format(condition, pages)
        arrays = None
        while arrays is None:
            arrays = _arrays(cursor, place, wanted, where)
        if arrays:
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _pages(cursor: Any, place: Composable) -> Iterator[Composable]:
    """Conditions that part the table by where its rows lie; a view has no such place."""
    cursor.execute(
        SQL(
            "select case relkind when 'r' then pg_relation_size(oid) end"
            " / current_setting('block_size')::int from pg_class where oid = {}::regclass"
        ).format(Literal(place.as_string(cursor)))
    )
    (pages,) = cursor.fetchone()
    if pages is None:
        yield SQL("true")
        return
    for first in range(0, pages, PAGES):
        yield SQL("ctid >= {} and ctid < {}").format(
            Literal(f"({first},0)"), Literal(f"({first + PAGES},0)")
        )


def _arrays(
    cursor: Any, place: Composable, wanted: list[_Column], where: Composable
) -> list[pa.Array] | None:
    """The columns of these pages, empty where no row is; None: to be asked for anew, with nulls."""
    asked = SQL(", ").join(part for column in wanted for part in column.asked())
    query = SQL("copy (select count(*), {} from {} where {}) to stdout (format binary)")
    sink = io.BytesIO()
    cursor.copy_expert(query.format(asked, place, where).as_string(cursor), sink)
    fields = _fields(sink.getvalue())
    (rows,) = struct.unpack(">q", next(fields))
    if rows == 0:
        return []
    arrays = []
    for column in wanted:
        array = column.array(rows, fields)
        arrays.append(array)
        column.has_nulls = column.has_nulls or array is None
    return None if any(array is None for array in arrays) else arrays


def _fields(message: bytes) -> Iterator[bytes]:
    """The fields of the one row; a null one is empty."""
    place = len(copying.HEADER) + 2
    (count,) = struct.unpack_from(">h", message, len(copying.HEADER))
    for _ in range(count):
        (length,) = struct.unpack_from(">i", message, place)
        place += 4
        yield message[place : place + max(length, 0)]
        place += max(length, 0)


def _numbers(values: Any, oid: int, valid: Any | None) -> pa.Array:
    kind = FIXED[oid][1]
    mask = None
    if valid is not None:  # the values to their places among the nulls
        mask = ~valid
        spread = np.zeros(len(valid), values.dtype)
        spread[valid] = values
        values = spread
    if oid == copying.BOOL:
        return pa.array(values.astype(bool), mask=mask)
    if oid == copying.DATE:
        days = pa.array(values.astype("int64") + copying.EPOCH_DAYS, mask=mask)
        return days.cast(pa.int32()).view(kind)
    if oid == copying.TIMESTAMPTZ:
        return pa.array(values.astype("int64") + copying.EPOCH_MICROS, mask=mask).view(kind)
    return pa.array(values.astype(values.dtype.newbyteorder("=")), mask=mask)


def _texts(data: bytes, lengths: Any) -> pa.Array:
    """`lengths`: in bytes, −1 for a null."""
    offsets = np.zeros(len(lengths) + 1, "int32")
    np.cumsum(np.maximum(lengths, 0), out=offsets[1:])
    bits = None
    if lengths.min() < 0:
        bits = pa.py_buffer(np.packbits(lengths >= 0, bitorder="little").tobytes())
    return pa.Array.from_buffers(
        pa.string(), len(lengths), [bits, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
