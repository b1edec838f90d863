"""Frames into Postgres by COPY in its binary form, put together by Arrow, whole columns at once.

Writing CSV took longer than all else a row goes through, on both ends. In the binary form a
field is its length (4 bytes, big-endian; −1 is null) and its bytes, a row the number of its
fields and the fields. Each column becomes an array of such pieces, and one element-wise join
makes the rows. https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

import io
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, cast

import numpy as np
import pandas as pd
import psycopg2
import pyarrow as pa
import pyarrow.compute as pc
from psycopg2.sql import SQL, Identifier

CHUNK_ROWS = 16_000  # put together at once
READ_BYTES = 1 << 24  # handed over at once: every asking needs the interpreter's lock
HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
NULL = pa.scalar(b"\xff\xff\xff\xff", pa.large_binary())
NOTHING = pa.scalar(b"", pa.large_binary())
EPOCH_DAYS, EPOCH_MICROS = 10_957, 946_684_800_000_000  # 2000-01-01, Postgres's own zero

BOOL, BYTEA, INT8, INT2, INT4, TEXT = 16, 17, 20, 21, 23, 25
VARCHAR, DATE, TIMESTAMPTZ, UUID = 1043, 1082, 1184, 2950
VARYING = (TEXT, VARCHAR, BYTEA)
# As what Arrow takes a column that pandas may hold in more than one way.
ARROW = {
    TEXT: pa.large_string(), VARCHAR: pa.large_string(), BYTEA: pa.large_binary(),
    UUID: pa.string(), BOOL: pa.bool_(), INT8: pa.int64(), INT4: pa.int64(), INT2: pa.int64(),
}  # fmt: skip
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
    pieces: list[Any] = []
    # What is of one width in every row, side by side since the last piece.
    beside: list[tuple[str, Any]] = [(">i2", len(types))]
    for name, oid in types.items():
        try:
            values = _whole(pa.array(frame[name], ARROW.get(oid), from_pandas=True))
            if oid in VARYING:
                pieces += [_side_by_side([*beside, _lengths(values)], len(frame)), _content(values)]
                beside = []
            elif values.null_count:
                pieces += [_side_by_side(beside, len(frame))] if beside else []
                field = _side_by_side(_fixed(values, oid), len(frame))
                pieces.append(pc.if_else(values.is_valid(), field, NULL))
                beside = []
            else:
                beside += _fixed(values, oid)
        except (pa.ArrowException, KeyError, TypeError, ValueError, OverflowError) as error:
            # Not chained: the library's text quotes the value.
            kind = type(error).__name__
            raise ValueError(f"{name}: a value does not fit type {oid} ({kind})") from None
    if not pieces:
        return cast(bytes, _records(beside, len(frame)).tobytes())
    if beside:
        pieces.append(_side_by_side(beside, len(frame)))
    return _bytes(_whole(pc.binary_join_element_wise(*pieces, NOTHING)))


def _bytes(rows: Any) -> bytes:
    _, offsets, data = rows.buffers()
    ends = np.frombuffer(offsets, dtype="int64")[rows.offset : rows.offset + len(rows) + 1]
    return memoryview(data)[ends[0] : ends[-1]].tobytes()


def _records(fields: list[tuple[str, Any]], rows: int) -> Any:
    """(form, numbers) fields side by side, the numbers one a row or one for all."""
    records = np.empty(rows, dtype=[(f"f{place}", form) for place, (form, _) in enumerate(fields)])
    for place, (_, numbers) in enumerate(fields):
        records[f"f{place}"] = numbers
    return records


def _side_by_side(fields: list[tuple[str, Any]], rows: int) -> Any:
    """The same as one array of bytes."""
    records = _records(fields, rows)
    return _cut(records.tobytes(), rows, records.dtype.itemsize)


def _fixed(values: Any, oid: int) -> list[tuple[str, Any]]:
    """Length and value, as fields; any value in the place of a null."""
    if oid == UUID:
        return [(">i4", 16), ("V16", _uuids(values))]
    form = NUMBERS[oid]
    numbers = pc.fill_null(_numbers(values, oid), 0).to_numpy(zero_copy_only=False)
    width = np.dtype(form).itemsize
    if width < np.dtype("int64").itemsize and not (numbers.astype(form) == numbers).all():
        raise OverflowError("more than the column can hold")
    return [(">i4", width), (form, numbers)]


def _numbers(values: Any, oid: int) -> Any:
    """The values as int64, counted as Postgres counts them."""
    if oid == DATE:
        days = values.cast(pa.date32()).cast(pa.int32())
        return pc.subtract(days.cast(pa.int64()), EPOCH_DAYS)
    if oid == TIMESTAMPTZ:
        moments = values.cast(pa.timestamp("us", "UTC"))
        return pc.subtract(moments.cast(pa.int64()), EPOCH_MICROS)
    return values.cast(pa.int64())


def _uuids(texts: Any) -> Any:
    """Hex digits, with or without dashes, as 16 bytes each."""
    plain = pc.replace_substring(pc.fill_null(texts, "0" * 32), "-", "")
    if not pc.all(pc.equal(pc.binary_length(plain), 32)).as_py():
        raise ValueError("not 32 digits")
    found = np.frombuffer(bytes.fromhex(_bytes(plain.cast(pa.large_string())).decode()), "V16")
    if len(found) != len(texts):  # blanks are no digits, and skipped
        raise ValueError("not 32 digits")
    return found


def _lengths(values: Any) -> tuple[str, Any]:
    return ">i4", pc.fill_null(pc.binary_length(values), -1).to_numpy(zero_copy_only=False)


def _content(values: Any) -> Any:
    return pc.fill_null(values.cast(pa.large_binary()), b"")


def _cut(data: bytes, count: int, width: int) -> Any:
    """`count` values of `width` bytes each, in one buffer."""
    offsets = np.arange(0, (count + 1) * width, width, dtype="int64")
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    return pa.Array.from_buffers(pa.large_binary(), count, buffers)


def _whole(values: Any) -> Any:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
