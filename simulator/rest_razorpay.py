"""Razorpay's API: Basic, skip and count, newest first, integers of the smallest unit.

A payment, refund or settlement is shown as it stood at the end of the window asked for, or of
a later one it was asked for before: created, authorised, captured, refunded, each from its own
moment on.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from reconciliation.model import IST
from simulator.bank_clock import BankClock
from simulator.faults import PAGE_KINDS, Faults
from simulator.rest_auth import check_basic
from simulator.rest_messages import Answer, Refused, Request, whole_number
from simulator.rest_rows import (
    BEGINNING,
    END,
    Positions,
    Query,
    Row,
    TimedRows,
    microsecond,
    page_of,
)
from simulator.world import (
    LINE_FIELDS,
    PAYMENT_FIELDS,
    PAYMENT_HISTORY,
    REFUND_FIELDS,
    REFUND_HISTORY,
    SETTLEMENT_FIELDS,
    World,
)

COUNT_DEFAULT, COUNT_MAX, LINES_MAX = 10, 100, 1000
SKIP_MAX = 100_000_000
EPOCH_MAX = 4_102_444_800  # 2100
MICROSECONDS = 1_000_000
JSON_FIELDS = ("notes", "acquirer_data")
UNCAPTURED = {"fee": None, "tax": None, "captured": False}
UNREFUNDED = {"amount_refunded": 0, "refund_status": None}
UNFAILED = {
    "error_code": None, "error_description": None, "error_source": None, "error_step": None,
    "error_reason": None,
}  # fmt: skip


class Span(NamedTuple):
    """[`start`, `end`] as it was at `now`, in microseconds."""

    start: int
    end: int
    now: int


class GatewayRows(TimedRows):
    """Rows of one entity of the gateway; `history` names its epoch-second columns."""

    def __init__(
        self, frame: pd.DataFrame, fields: tuple[str, ...], time: str,
        history: tuple[str, ...] = (),
        as_at: "Callable[[Row, Mapping[str, bool]], None] | None" = None,
    ) -> None:  # fmt: skip
        moments = _epoch_microseconds(frame[time], BEGINNING)
        super().__init__({name: frame[name] for name in fields}, occurred=moments, visible=moments)
        # What never happens is always still to come.
        self.history = {name: _epoch_microseconds(frame[name], END)[self.order] for name in history}
        self.as_at = as_at

    def shown(self, start: int, end: int, now: int) -> Positions:
        return super().shown(start, end, now)[::-1]

    def read(self, positions: Positions, now: int) -> list[Row]:
        rows = super().read(positions, now)
        reached = {name: moments[positions] <= now for name, moments in self.history.items()}
        for place, row in enumerate(rows):  # One page at most.
            for name in JSON_FIELDS:
                _unfold(row, name)
            if self.as_at:
                self.as_at(row, {name: bool(flags[place]) for name, flags in reached.items()})
        return rows


def _epoch_microseconds(seconds: pd.Series, blank: int) -> Positions:
    known = seconds.astype("Int64")
    moments = known.fillna(0).to_numpy("int64") * MICROSECONDS
    return np.where(known.isna(), blank, moments)


def _unfold(row: Row, name: str) -> None:
    if name not in row:
        return
    if row[name]:
        row[name] = json.loads(row[name])
    elif name == "acquirer_data":
        del row[name]


def _payment_as_at(row: Row, is_past: Mapping[str, bool]) -> None:
    """Take back what had not happened yet."""
    if not is_past["refunded_at"]:
        row |= UNREFUNDED
        if is_past["captured_at"]:
            row["status"] = "captured"
    if is_past["captured_at"]:
        return
    row |= UNCAPTURED
    if is_past["failed_at"]:
        row["status"] = "failed"  # for now: it may be captured late
        return
    row |= UNFAILED
    row["status"] = "authorized" if is_past["authorized_at"] else "created"


def _refund_as_at(row: Row, is_past: Mapping[str, bool]) -> None:
    if not is_past["processed_at"]:
        row["status"] = "pending"
        row.pop("acquirer_data", None)


class Razorpay:
    def __init__(
        self, world: World, clock: BankClock, faults: Faults, *, key: str, secret: str
    ) -> None:
        self.clock = clock
        self.faults = faults
        self._login = (key, secret)
        self.lists = {
            "/v1/payments": payments_of(world.payments),
            "/v1/refunds": GatewayRows(
                world.refunds, REFUND_FIELDS, "created_at", REFUND_HISTORY, _refund_as_at
            ),
            "/v1/settlements": GatewayRows(world.settlements, SETTLEMENT_FIELDS, "created_at"),
        }
        self.lines = GatewayRows(world.settlement_lines, LINE_FIELDS, "settled_at")

    def is_data(self, path: str) -> bool:
        return True

    def forget_tokens(self) -> None:
        """Basic has none; the next request is answered again."""

    def refusal(self, status: int, message: str) -> Answer:
        code = "SERVER_ERROR" if status >= 500 else "BAD_REQUEST_ERROR"
        return Answer.of({"error": {"code": code, "description": message}}, status)

    def answer(self, request: Request) -> Answer:
        check_basic(request, *self._login)
        if request.method == "GET" and request.path in self.lists:
            return self._list(self.lists[request.path], request.query)
        if (request.method, request.path) == ("GET", "/v1/settlements/recon/combined"):
            return self._lines(request.query)
        raise Refused(404, "The requested URL was not found on the server.")

    def _list(self, rows: GatewayRows, query: Mapping[str, str]) -> Answer:
        start = whole_number(query, "from", 0, least=0, most=EPOCH_MAX) * MICROSECONDS
        end = whole_number(query, "to", EPOCH_MAX, least=0, most=EPOCH_MAX) * MICROSECONDS
        return self._page(rows, Span(start, end, self.clock.at(end)), query, COUNT_MAX)

    def _lines(self, query: Mapping[str, str]) -> Answer:
        """Lines by the IST day, or month, they were settled in."""
        year = whole_number(query, "year", 0, least=2000, most=2100)
        month = whole_number(query, "month", 0, least=1, most=12)
        day = whole_number(query, "day", 0, least=1, most=31)
        try:
            first = datetime(year, month, day or 1, tzinfo=IST)
        except ValueError:
            raise Refused(400, "year and month are required, and the day must exist") from None
        # A month has no more than 31 days and the next one no fewer than 28.
        following = first + timedelta(days=1) if day else _next_month(first)
        start, end = microsecond(first), microsecond(following) - 1
        return self._page(self.lines, Span(start, end, self.clock.peek(end)), query, LINES_MAX)

    def _page(
        self, rows: GatewayRows, span: Span, query: Mapping[str, str], count_max: int
    ) -> Answer:
        count = whole_number(query, "count", COUNT_DEFAULT, least=1, most=count_max)
        skip = whole_number(query, "skip", 0, least=0, most=SKIP_MAX)
        fault = self.faults.take("razorpay", PAGE_KINDS)
        wanted = Query(span.start, span.end, span.now, skip, count)
        items = page_of(rows, wanted, fault).rows
        return Answer.of({"entity": "collection", "count": len(items), "items": items})


def payments_of(payments: pd.DataFrame) -> GatewayRows:
    return GatewayRows(payments, PAYMENT_FIELDS, "created_at", PAYMENT_HISTORY, _payment_as_at)


def _next_month(first: datetime) -> datetime:
    return (first + timedelta(days=32)).replace(day=1)
