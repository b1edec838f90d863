"""A source's rows in the order of their time, and the page of them that a query sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from simulator.faults import Fault

Row = dict[str, Any]
Positions = np.ndarray[Any, np.dtype[np.int64]]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Before and after every instant a world can hold.
BEGINNING, END = np.iinfo(np.int64).min, np.iinfo(np.int64).max


def microseconds(moments: pd.Series) -> Positions:
    """Instants as int64 microseconds since 1970; blank is BEGINNING."""
    utc = pd.to_datetime(moments, utc=True).dt.tz_localize(None).dt.as_unit("us")
    return utc.to_numpy().astype("int64")


def microsecond(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


class TimedRows:
    """Rendered rows, shown from `visible` on.

    `fields` are columns of one length, as they go out; the instants are int64 microseconds
    beside them. Before `pending_until` a row shows `pending` in place of its own fields.
    Columns live in Arrow, so a row costs what its text costs.
    """

    def __init__(
        self,
        fields: Mapping[str, pd.Series],
        *,
        occurred: Positions,
        visible: Positions,
        pending_until: Positions | None = None,
        pending: Mapping[str, Any] | None = None,
    ) -> None:
        order = np.argsort(occurred, kind="stable")
        self.order = order
        self.occurred = occurred[order]
        self.visible = visible[order]
        self.pending_until = (
            np.full(len(order), BEGINNING) if pending_until is None else pending_until[order]
        )
        self.pending = dict(pending or {})
        frame = pd.DataFrame(dict(fields)).iloc[order]
        self.table = pa.Table.from_pandas(frame, preserve_index=False)

    def shown(self, start: int, end: int, now: int) -> Positions:
        """Where the rows of [`start`, `end`] are that could be seen at `now`; microseconds."""
        first = int(np.searchsorted(self.occurred, start, "left"))
        last = int(np.searchsorted(self.occurred, end, "right"))
        return first + np.flatnonzero(self.visible[first:last] <= now)

    def read(self, positions: Positions, now: int) -> list[Row]:
        """These rows as they were at `now`."""
        rows: list[Row] = self.table.take(pa.array(positions)).to_pylist()
        for place in np.flatnonzero(self.pending_until[positions] > now):
            rows[place].update(self.pending)
        return rows


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Row]
    total: int  # rows of the whole query
    is_last: bool


@dataclass(frozen=True, slots=True)
class Query:
    """Rows of [`start`, `end`] as they were at `now`, in microseconds; a page of them."""

    start: int
    end: int
    now: int
    offset: int
    limit: int


def page_of(rows: TimedRows, query: Query, fault: Fault | None = None) -> Page:
    """The page asked for, spoiled by a fault of `faults.PAGE_KINDS`."""
    positions = rows.shown(query.start, query.end, query.now)
    kind = fault.kind if fault else ""
    options = fault.options if fault else {}
    offset = query.offset
    if kind == "repeat_page":
        offset = max(0, offset - query.limit)
    elif kind == "missing_page":
        offset += query.limit
    elif kind == "shift_page":
        offset = max(0, offset + int(options.get("by", 1)))
    elif kind == "endless_pages" and len(positions):
        offset %= len(positions)
    page = rows.read(positions[offset : offset + query.limit], query.now)
    if kind == "cut_at_boundary":
        page = page[: len(page) // 2]
    elif kind.startswith("field_"):
        _spoil_field(page, kind, str(options["field"]), options.get("value"))
    is_last = query.offset + query.limit >= len(positions) and kind != "endless_pages"
    return Page(page, len(positions), is_last)


def _spoil_field(rows: list[Row], kind: str, field: str, value: Any) -> None:
    for row in rows:  # One page at most.
        if kind == "field_gone":
            row.pop(field, None)
        elif kind == "field_retyped":
            row[field] = {"value": row.get(field)}
        else:
            row[field] = "new" if kind == "field_new" else value
