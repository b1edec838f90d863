"""Frames into Postgres by COPY in its binary form, put together by Arrow, whole columns at once.

Writing CSV took longer than all else a row goes through, on both ends. In the binary form a
field is its length (4 bytes, big-endian; −1 is null) and its bytes, a row the number of its
fields and the fields. Each column becomes an array of such pieces, and one element-wise join
makes the rows. https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

import io
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import psycopg2
import pyarrow as pa
import pyarrow.compute as pc
from psycopg2.sql import SQL, Identifier

CHUNK_ROWS = 8_000  # put together at once
READ_BYTES = 1 << 24  # handed over at once: every asking needs the interpreter's lock
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = pa.scalar(b"\xff\xff\xff\xff", pa.large_binary())
NOTHING = pa.scalar(b"", pa.large_binary())
EPOCH_DAYS, EPOCH_MICROS = 10_957, 946_684_800_000_000  # 2000-01-01, Postgres's own zero

BOOL, BYTEA, INT8, INT2, INT4, TEXT = 16, 17, 20, 21, 23, 25
VARCHAR, DATE, TIMESTAMPTZ, UUID = 1043, 1082, 1184, 2950
NUMBERS = {INT2: ">i2", INT4: ">i4", INT8: ">i8", BOOL: ">i1", DATE: ">i4", TIMESTAMPTZ: ">i8"}


def copy_frame(cursor: Any, table: str, frame: pd.DataFrame, columns: Sequence[str]) -> int:
    """COPY the columns of a frame into the table; how many rows.

    NA → null, "" → empty text, bytes → bytea. A column without any value is left out: it gets
    the table's default, null where there is none. ValueError names a column whose values do
    not fit the table's type.
    """
    if frame.empty:
        return 0
    kept = [column for column in columns if not frame[column].isna().all()]
    names = SQL(", ").join(Identifier(column) for column in kept)
    place = Identifier(*table.split("."))
    cursor.execute(SQL("select {} from {} limit 0").format(names, place))
    types = {column[0]: column[1] for column in cursor.description}
    command = SQL("copy {} ({}) from stdin with (format binary)").format(place, names)
    with ThreadPoolExecutor(1) as builder:
        rows = _Rows(frame, types, builder)
        try:
            cursor.copy_expert(command.as_string(cursor), rows, size=READ_BYTES)
        except psycopg2.Error:
            if rows.problem is not None:  # the driver only says that reading failed
                raise rows.problem from None
            raise
    return len(frame)


class _Rows(io.RawIOBase):
    """The frame in binary form; the next chunk is put together while the server reads one."""

    def __init__(
        self, frame: pd.DataFrame, types: Mapping[str, int], builder: ThreadPoolExecutor
    ) -> None:
        self._frame = frame
        self._types = types
        self._builder = builder
        self._ready = memoryview(HEADER)
        self._coming: Future[bytes] | None = builder.submit(self._built, 0)
        self._start = 0  # of the chunk that is coming
        self.problem: ValueError | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._ready and self._coming is not None:
            try:
                self._ready = memoryview(self._coming.result())
            except ValueError as error:
                self.problem = error
                raise
            self._start += CHUNK_ROWS
            has_more = self._start < len(self._frame)
            self._coming = self._builder.submit(self._built, self._start) if has_more else None
        piece = self._ready if size < 0 else self._ready[:size]
        self._ready = self._ready[len(piece) :]
        return piece.tobytes()

    def _built(self, start: int) -> bytes:
        end = start + CHUNK_ROWS
        body = binary_rows(self._frame.iloc[start:end], self._types)
        return body if end < len(self._frame) else body + TRAILER


def binary_rows(frame: pd.DataFrame, types: Mapping[str, int]) -> bytes:
    """The rows of a frame as COPY reads them; `types`: column → the table's type OID."""
    pieces: list[Any] = [pa.scalar(len(types).to_bytes(2, "big"), pa.large_binary())]
    for name, oid in types.items():
        try:
            pieces += _pieces(frame[name], oid)
        except (pa.ArrowException, KeyError, TypeError, ValueError, OverflowError) as error:
            # Not chained: the library's text quotes the value.
            kind = type(error).__name__
            raise ValueError(f"{name}: a value does not fit type {oid} ({kind})") from None
    rows = pc.binary_join_element_wise(*pieces, NOTHING)
    if isinstance(rows, pa.ChunkedArray):
        rows = rows.combine_chunks()
    _, offsets, data = rows.buffers()
    ends = np.frombuffer(offsets, dtype="int64")[rows.offset : rows.offset + len(rows) + 1]
    return memoryview(data)[ends[0] : ends[-1]].tobytes()


def _pieces(column: "pd.Series[Any]", oid: int) -> list[Any]:
    """Arrays of bytes that, joined row by row, are the column's fields."""
    if oid == UUID:
        return [_uuids(_whole(pa.array(column, pa.string(), from_pandas=True)))]
    if oid in (TEXT, VARCHAR):
        return _varying(pa.array(column, pa.large_string(), from_pandas=True))
    if oid == BYTEA:
        return _varying(pa.array(column, pa.large_binary(), from_pandas=True))
    return [_fixed(_numbers(column, oid), NUMBERS[oid])]


def _numbers(column: "pd.Series[Any]", oid: int) -> Any:
    """The column as int64, counted as Postgres counts it."""
    if oid == BOOL:
        return pa.array(column, pa.bool_(), from_pandas=True).cast(pa.int64())
    if oid == DATE:
        days = pa.array(column, from_pandas=True).cast(pa.date32()).cast(pa.int32())
        return pc.subtract(days.cast(pa.int64()), EPOCH_DAYS)
    if oid == TIMESTAMPTZ:
        moments = pa.array(column, from_pandas=True).cast(pa.timestamp("us", "UTC"))
        return pc.subtract(moments.cast(pa.int64()), EPOCH_MICROS)
    return pa.array(column, pa.int64(), from_pandas=True)


def _fixed(values: Any, form: str) -> Any:
    """Integers as length and bytes, in one array of its own."""
    values = _whole(values)
    numbers = pc.fill_null(values, 0).to_numpy(zero_copy_only=False)
    width = np.dtype(form).itemsize
    fields = np.empty(len(numbers), dtype=[("length", ">i4"), ("value", form)])
    fields["length"] = width
    fields["value"] = numbers
    if width < np.dtype("int64").itemsize and not (fields["value"] == numbers).all():
        raise OverflowError("more than the column can hold")
    array = _cut(fields.tobytes(), len(numbers), 4 + width)
    return pc.if_else(values.is_valid(), array, NULL) if values.null_count else array


def _uuids(texts: Any) -> Any:
    """Hex digits, with or without dashes, as length and bytes."""
    plain = pc.replace_substring(pc.fill_null(texts, "0" * 32), "-", "")
    if not pc.all(pc.equal(pc.binary_length(plain), 32)).as_py():
        raise ValueError("not 32 digits")
    digits = "".join(plain.to_pylist())
    fields = np.empty(len(texts), dtype=[("length", ">i4"), ("value", "V16")])
    fields["length"] = 16
    fields["value"] = np.frombuffer(bytes.fromhex(digits), dtype="V16")
    array = _cut(fields.tobytes(), len(texts), 20)
    return pc.if_else(texts.is_valid(), array, NULL) if texts.null_count else array


def _varying(values: Any) -> list[Any]:
    """Texts or bytes: an array of lengths, and one of contents."""
    values = _whole(values).cast(pa.large_binary())
    lengths = pc.fill_null(pc.binary_length(values), -1).to_numpy(zero_copy_only=False)
    prefixes = _cut(lengths.astype(">i4").tobytes(), len(lengths), 4)
    return [prefixes, pc.fill_null(values, b"")]


def _cut(data: bytes, count: int, width: int) -> Any:
    """`count` values of `width` bytes each, in one buffer."""
    offsets = np.arange(0, (count + 1) * width, width, dtype="int64")
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_binary(), count, buffers)


def _whole(values: Any) -> Any:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
