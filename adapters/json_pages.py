"""A JSON page: bytes to checked rows, rows to text columns under our names.

    rows: data                      # where the rows are
    bare_row: true                  # one row comes as an object, not as a list of one
    count: count                    # the page says how many rows it has
    expect: {entity: collection}    # what else a good page says
    error: {path: error, code: error.code}
    fields: {txn_id: id, rrn: acquirer_data.rrn}

Numbers stay the text they were: money never passes through a float.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import pandas as pd
import pyarrow as pa

from adapters.base import Dataset
from adapters.errors import FormatMismatch, SchemaDrift
from adapters.sections import Section

Row = Mapping[str, Any]
KEYS = ("rows", "bare_row", "count", "expect", "error", "fields")

_DECODER = msgspec.json.Decoder(float_hook=str)
KEYS_SHOWN_MAX = 8


@dataclass(frozen=True, slots=True)
class Page:
    document: Mapping[str, Any]
    rows: Sequence[Row]


class PageFormat:
    """How the pages of one dataset are written."""

    def __init__(self, source: str, dataset: Dataset, section: Section) -> None:
        self.dataset = dataset
        self.where = f"{source}, {dataset.name}"
        self._rows = section.text("rows")
        self._bare_row = section.flag("bare_row", False)
        self._count = section.text("count", "")
        self._expect = section.text_map("expect", {})
        error = section.section("error", {})
        error.only("path", "code")
        self._error, self._code = error.text("path", ""), error.text("code", "")
        self.fields = section.text_map("fields")

    def read(self, body: bytes) -> Page:
        """FormatMismatch, saying what came instead, never quoting what it holds."""
        document = self._decode(body)
        if self._error and (found := at(document, self._error)):
            code = at(document, self._code) if self._code else None
            raise FormatMismatch(f"{self.where}: an error in place of a page{_code(code, found)}")
        for path, value in self._expect.items():
            if at(document, path) != value:
                raise FormatMismatch(f"{self.where}: {path} is not {value!r}")
        rows = at(document, self._rows)
        if self._bare_row and isinstance(rows, dict):
            rows = [rows]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            keys = ", ".join(sorted(_key(key) for key in document)[:KEYS_SHOWN_MAX])
            raise FormatMismatch(f"{self.where}: no list of rows at {self._rows!r} (keys: {keys})")
        if self._count and str(at(document, self._count)) != str(len(rows)):
            raise FormatMismatch(
                f"{self.where}: says {_figure(at(document, self._count))} rows and has {len(rows)}"
            )
        return Page(document, rows)

    def _decode(self, body: bytes) -> dict[str, Any]:
        try:
            document = _DECODER.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise FormatMismatch(f"{self.where}: {_what(body)}, not the JSON agreed") from None
        if not isinstance(document, dict):
            raise FormatMismatch(f"{self.where}: JSON, but not an object at the top")
        return document

    def frame(self, pages: Iterable[Page]) -> pd.DataFrame:
        """All rows in their order as "string" columns, and `attrs["new_fields"]`.

        One page is held at a time: rows kept as dicts cost four times as much, most of it
        in the garbage collector. SchemaDrift where a required field is in no row, or is an
        object in all of them.
        """
        columns: dict[str, list[Any]] = {ours: [] for ours in self.fields}
        names: set[str] = set()
        count = 0
        for page in pages:
            count += len(page.rows)
            names.update(*page.rows)
            for ours, theirs in self.fields.items():
                columns[ours] += _values(page.rows, theirs)
        if count:
            self._check_drift(names, columns)
        frame = pd.DataFrame(
            {ours: pd.array(_as_text(columns.pop(ours)), dtype="string") for ours in self.fields},
            index=pd.RangeIndex(count),
        )
        frame.attrs["new_fields"] = sorted(names - self.dataset.known)
        return frame

    def _check_drift(self, names: set[str], columns: Mapping[str, list[Any]]) -> None:
        for ours in self.dataset.required:
            name = self.fields[ours].partition(".")[0]
            if name not in names:
                raise SchemaDrift(f"{self.where}: the field {name} ({ours}) is gone")
            if set(map(type, columns[ours])) <= {dict, list}:
                raise SchemaDrift(f"{self.where}: the field {name} ({ours}) is an object now")


def at(document: Any, path: str) -> Any:
    """What stands at a dotted path; None where nothing does."""
    for name in path.split("."):
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document


def _values(rows: Sequence[Row], path: str) -> list[Any]:
    name, _, rest = path.partition(".")
    values = [row.get(name) for row in rows]
    return [at(value, rest) for value in values] if rest else values


def _as_text(values: list[Any]) -> pa.Array:
    kinds = set(map(type, values)) - {type(None)}
    if kinds == {int}:
        try:
            return pa.array(values, pa.int64()).cast(pa.large_string())
        except OverflowError:
            pass  # longer than 64 bits: no money, but text all the same
    if not kinds <= {str}:
        values = [*map(_text, values)]
    return pa.array(values, pa.large_string())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return msgspec.json.encode(value).decode()


def identities(rows: Iterable[Row], names: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(str(row.get(name)) for name in names) for row in rows]


def _what(body: bytes) -> str:
    """What a body that is no JSON looks like, without quoting it."""
    start = body[:200].lstrip().lower()
    if not body.strip():
        return "an empty answer"
    if body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "a byte order mark first"
    if start.startswith((b"<!doctype html", b"<html")):
        return f"an HTML page of {len(body)} bytes"
    if start.startswith(b"<"):
        return f"XML or HTML of {len(body)} bytes"
    if start.startswith((b"{", b"[")):
        return f"JSON cut short or garbled, {len(body)} bytes"
    return f"{len(body)} bytes of something else"


def _code(code: Any, found: Any) -> str:
    """Its code, when it is one; else its keys. Descriptions may quote data."""
    if isinstance(code, str) and code.isascii() and code.replace("_", "").isalnum():
        return f": {code[:64]}"
    if isinstance(found, dict):
        return f" (keys: {', '.join(sorted(_key(key) for key in found)[:KEYS_SHOWN_MAX])})"
    return ""


def _key(key: str) -> str:
    return key[:32] if key.isascii() and key.replace("_", "").isalnum() else "…"


def _figure(value: Any) -> str:
    text = str(value)
    return text if text.isascii() and text.isdigit() and len(text) <= 12 else "no number of"  # noqa: PLR2004
