"""What the three simulated REST banks have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

import pandas as pd

from simulator import money_text
from simulator.bank_clock import BankClock
from simulator.faults import PAGE_KINDS, Faults
from simulator.rest_auth import TokenIssuer
from simulator.rest_messages import Answer, Refused, Request
from simulator.rest_rows import Page, Query, TimedRows, microseconds, page_of


def amount_text(entries: pd.DataFrame) -> pd.Series:
    """Unsigned decimal text of the amounts."""
    return money_text.plain(entries["amount_minor"].abs(), entries["currency"])


def garbled(entries: pd.DataFrame, amount: pd.Series) -> pd.Series:
    """`amount`, and in its place what the world wants written wrongly."""
    wrong = entries["amount_text"].astype("string").fillna("")
    return amount.mask(wrong != "", wrong)


def bank_rows(entries: pd.DataFrame, fields: Mapping[str, pd.Series], pending: str) -> TimedRows:
    """A world's bank frame in a bank's own `fields`; `pending` is its word for PENDING."""
    return TimedRows(
        fields,
        occurred=microseconds(entries["occurred_at"]),
        visible=microseconds(entries["visible_at"]),
        pending_until=microseconds(entries["pending_until"]),
        pending={"status": pending},
    )


class RestBank:
    """A bank answers as of the window asked for, or of a later one it was asked for before."""

    source = ""
    data_path = ""

    def __init__(self, rows: TimedRows, clock: BankClock, faults: Faults) -> None:
        self.rows = rows
        self.clock = clock
        self.faults = faults

    def is_data(self, path: str) -> bool:
        return path == self.data_path

    def refusal(self, status: int, message: str) -> Answer:
        return Answer.of({"error": {"code": str(status), "message": message}}, status)

    def expect_data(self, request: Request) -> None:
        """Refused with 404 for anything but the one resource there is."""
        if (request.method, request.path) != ("GET", self.data_path):
            raise Refused(404, "no such resource")

    def page(self, start: int, end: int, offset: int, limit: int) -> Page:
        """A page of the rows from `start` to `end` (microseconds), both included."""
        query = Query(start, end, self.clock.at(end), offset, limit)
        return page_of(self.rows, query, self.faults.take(self.source, PAGE_KINDS))


class TokenBank(RestBank, ABC):
    """A bank that first gives a token to whoever has its client's secret."""

    token_path = "/oauth/token"  # noqa: S105

    def __init__(
        self, rows: TimedRows, clock: BankClock, faults: Faults, tokens: TokenIssuer
    ) -> None:
        super().__init__(rows, clock, faults)
        self.tokens = tokens

    def forget_tokens(self) -> None:
        self.tokens.forget()

    def answer(self, request: Request) -> Answer:
        if (request.method, request.path) == ("POST", self.token_path):
            return self.tokens.issue(request)
        self.tokens.check(request)
        self.expect_data(request)
        return self.data(request.query)

    @abstractmethod
    def data(self, query: Mapping[str, str]) -> Answer:
        """A page of rows. Refused with 400 where the query is wrong."""
