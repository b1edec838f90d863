"""HDFC as its profile says: OAuth tokens of 900 s, ISO times, a cursor to the next page."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime

import pandas as pd

from reconciliation.model import IST
from simulator import money_text
from simulator.rest_bank import TokenBank, amount_text, bank_rows, garbled
from simulator.rest_messages import Answer, Refused, whole_number
from simulator.rest_rows import TimedRows, microsecond

TOKEN_SECONDS = 900
LIMIT_MAX = 100


def rows_of(entries: pd.DataFrame) -> TimedRows:
    """A world's bank frame in HDFC's words."""
    local = entries["occurred_at"].dt.tz_convert(IST)
    currency = entries["currency"]
    return bank_rows(
        entries,
        {
            "transaction_id": entries["transaction_id"],
            "amount": garbled(entries, amount_text(entries)),
            "currency": currency,
            "status": entries["status"],
            "transaction_date": local.dt.strftime("%Y-%m-%dT%H:%M:%S") + "+05:30",
            "value_date": pd.to_datetime(entries["value_date"]).dt.strftime("%Y-%m-%d"),
            "account_number": entries["account_number"],
            "type": money_text.side(entries["amount_minor"], "CREDIT", "DEBIT"),
            "transaction_type": entries["transaction_type"],
            "channel": entries["channel"],
            "reference_id": entries["reference"],
            "description": entries["description"],
            "balance": money_text.plain(entries["balance_minor"], currency),
        },
        "PENDING",
    )


class Hdfc(TokenBank):
    source = "hdfc"
    data_path = "/v1/transactions"

    def data(self, query: Mapping[str, str]) -> Answer:
        start, end = _instant(query.get("from_date")), _instant(query.get("to_date"))
        limit = whole_number(query, "limit", LIMIT_MAX, least=1, most=LIMIT_MAX)
        seal = _seal(start, end, limit)
        offset = _offset(query["cursor"], seal) if "cursor" in query else 0
        page = self.page(start, end, offset, limit)
        cursor = None if page.is_last else _cursor(offset + limit, seal)
        return Answer.of({"data": page.rows, "next_cursor": cursor})


def _instant(text: str | None) -> int:
    """ISO 8601 with its offset, in microseconds. Refused with 400."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        raise Refused(400, "from_date and to_date must be ISO 8601") from None
    if moment.tzinfo is None:
        raise Refused(400, "from_date and to_date need their offset")
    return microsecond(moment)


def _seal(*query: int) -> str:
    return hashlib.sha256(repr(query).encode()).hexdigest()[:12]


def _cursor(offset: int, seal: str) -> str:
    return base64.urlsafe_b64encode(f"{offset}.{seal}".encode()).decode()


def _offset(cursor: str, seal: str) -> int:
    """Where `cursor` points. Refused with 400 when it is not of this query."""
    try:
        offset, _, of = base64.urlsafe_b64decode(cursor).decode("ascii").partition(".")
    except ValueError:
        offset, of = "", ""
    if of != seal or not offset.isdigit():
        raise Refused(400, "the cursor does not belong to this query")
    return int(offset)
