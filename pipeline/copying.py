"""Frames into Postgres by COPY, through Arrow's CSV writer."""

import io
from typing import Any

import pandas as pd
import pyarrow as pa
from psycopg2.sql import SQL, Identifier
from pyarrow import csv

CHUNK_ROWS = 20_000  # of text held at once


def copy_frame(cursor: Any, table: str, frame: pd.DataFrame, columns: list[str]) -> int:
    """COPY the columns of a frame into the table; how many rows.

    NA → null, "" → empty text, bytes → bytea, dates and instants in ISO.
    """
    statement = SQL("copy {} ({}) from stdin with (format csv)").format(
        Identifier(*table.split(".")),
        SQL(", ").join(Identifier(column) for column in columns),
    )
    command = statement.as_string(cursor)
    reader = _Chunks(frame, columns)
    cursor.copy_expert(command, reader, size=1 << 20)
    return len(frame)


class _Chunks(io.RawIOBase):
    """The frame as CSV text, written a chunk at a time as the driver asks for it."""

    def __init__(self, frame: pd.DataFrame, columns: list[str]) -> None:
        self._frame = frame
        self._columns = columns
        self._start = 0
        self._text = memoryview(b"")

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._text:
            if self._start >= len(self._frame):
                return b""
            chunk = self._frame.iloc[self._start : self._start + CHUNK_ROWS]
            self._start += CHUNK_ROWS
            self._text = memoryview(csv_bytes(chunk, self._columns))
        if size < 0:
            size = len(self._text)
        piece, self._text = self._text[:size], self._text[size:]
        return bytes(piece)


def csv_bytes(frame: pd.DataFrame, columns: list[str]) -> bytes:
    """CSV without a header as COPY reads it: nulls bare, every valid text quoted."""
    arrays = [_arrow(frame[column]) for column in columns]
    table = pa.Table.from_arrays(arrays, names=columns)
    sink = pa.BufferOutputStream()
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    csv.write_csv(table, sink, options)
    return bytes(sink.getvalue())


def _arrow(column: pd.Series) -> Any:
    if column.dtype == object:
        sample = column.dropna()
        if len(sample) and isinstance(sample.iloc[0], bytes):
            column = column.map(lambda cell: f"\\x{cell.hex()}", na_action="ignore")
        return pa.array(column, type=pa.string(), from_pandas=True)
    if str(column.dtype) == "datetime64[s]":
        return pa.array(column, from_pandas=True).cast(pa.date32())
    return pa.array(column, from_pandas=True)
