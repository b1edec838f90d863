"""ICICI as its profile says: a key and a token, pages by number, Indian grouping, IST times.

One row comes as a bare object, not as a list of one.
"""

import math
from datetime import datetime

import pandas as pd

from reconciliation.model import IST
from simulator import money_text
from simulator.bank_clock import BankClock
from simulator.faults import Faults
from simulator.rest_auth import bearer, check_fixed
from simulator.rest_bank import RestBank, amount_text, bank_rows, garbled
from simulator.rest_messages import Answer, Refused, Request, whole_number
from simulator.rest_rows import TimedRows, microsecond

PAGE_SIZE_MAX = 100
PAGES_MAX = 1_000_000
TIME_FORMAT = "%d-%m-%Y %H:%M:%S"
STATUS = {"SUCCESS": "Success", "FAILED": "Failure", "PENDING": "Pending"}


def rows_of(entries: pd.DataFrame) -> TimedRows:
    """A world's bank frame in ICICI's words."""
    currency = entries["currency"]
    balance = money_text.plain(entries["balance_minor"], currency)
    return bank_rows(
        entries,
        {
            "txn_id": entries["transaction_id"],
            "amount": garbled(entries, money_text.indian(amount_text(entries))),
            "type": money_text.side(entries["amount_minor"], "CR", "DR"),
            "currency": currency,
            "status": entries["status"].map(STATUS),
            "timestamp": entries["occurred_at"].dt.tz_convert(IST).dt.strftime(TIME_FORMAT),
            "value_date": pd.to_datetime(entries["value_date"]).dt.strftime("%d-%m-%Y"),
            "account_id": entries["account_number"],
            "channel": entries["channel"],
            "ref_no": entries["reference"].astype("string").fillna(""),
            "remarks": entries["description"],
            "balance": money_text.indian(balance),
        },
        STATUS["PENDING"],
    )


class Icici(RestBank):
    source = "icici"
    data_path = "/v2/transactions"

    def __init__(
        self, entries: pd.DataFrame, clock: BankClock, faults: Faults, *, key: str, token: str
    ) -> None:
        super().__init__(rows_of(entries), clock, faults)
        self._key = key
        self._token = token

    def forget_tokens(self) -> None:
        """The token is fixed: it is agreed on paper, and works again at the next try."""

    def answer(self, request: Request) -> Answer:
        check_fixed(request.headers.get("x-api-key", ""), self._key, "API key")
        check_fixed(bearer(request), self._token, "token")
        self.expect_data(request)
        start, end = _instant(request.query.get("from")), _instant(request.query.get("to"))
        number = whole_number(request.query, "page", 1, least=1, most=PAGES_MAX)
        size = whole_number(request.query, "page_size", PAGE_SIZE_MAX, least=1, most=PAGE_SIZE_MAX)
        page = self.page(start, end, (number - 1) * size, size)
        pages = max(1, math.ceil(page.total / size), number if page.is_last else number + 1)
        rows = page.rows[0] if len(page.rows) == 1 else page.rows
        return Answer.of({"transactions": rows, "page": number, "total_pages": pages})


def _instant(text: str | None) -> int:
    """ "10-03-2026 10:00:00" IST, in microseconds. Refused with 400."""
    try:
        moment = datetime.strptime(text or "", TIME_FORMAT).replace(tzinfo=IST)
    except ValueError:
        raise Refused(400, "from and to must be DD-MM-YYYY HH:MM:SS") from None
    return microsecond(moment)
