"""SBI as its profile says: OAuth tokens of 300 s, whole days only, offset and total, signs
behind amounts and before balances.

An answer is what the bank knew at the end of its last day, or of a later one it was asked for
before: the hour within a day is for the reader to cut.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pandas as pd

from reconciliation.model import IST
from simulator import money_text
from simulator.rest_bank import TokenBank, amount_text, bank_rows, garbled
from simulator.rest_messages import Answer, Refused, whole_number
from simulator.rest_rows import TimedRows, microsecond

TOKEN_SECONDS = 300
LIMIT_MAX = 100
OFFSET_MAX = 100_000_000
DAY_FORMAT = "%d/%m/%Y"


def rows_of(entries: pd.DataFrame) -> TimedRows:
    """A world's bank frame in SBI's words."""
    currency = entries["currency"]
    amount = amount_text(entries) + money_text.side(entries["amount_minor"], "+", "-")
    balance = money_text.plain(entries["balance_minor"], currency)
    return bank_rows(
        entries,
        {
            "transaction_id": entries["transaction_id"],
            "amount": garbled(entries, amount),
            "currency": currency,
            "status": entries["status"],
            "value_date": pd.to_datetime(entries["value_date"]).dt.strftime(DAY_FORMAT),
            "posted_at": entries["occurred_at"]
            .dt.tz_convert(IST)
            .dt.strftime(f"{DAY_FORMAT} %H:%M:%S"),
            "account_number": entries["account_number"],
            "channel": entries["channel"],
            "transaction_type": entries["transaction_type"],
            "reference_number": entries["reference"],
            "description": entries["description"],
            "balance": balance.where(balance.str.startswith("-").fillna(False), "+" + balance),
        },
        "PENDING",
    )


class Sbi(TokenBank):
    source = "sbi"
    data_path = "/api/v1/transactions"

    def data(self, query: Mapping[str, str]) -> Answer:
        first, last = _day(query.get("from_date")), _day(query.get("to_date"))
        offset = whole_number(query, "offset", 0, least=0, most=OFFSET_MAX)
        limit = whole_number(query, "limit", LIMIT_MAX, least=1, most=LIMIT_MAX)
        # Both days are included; the last microsecond of one is not yet the next.
        end = microsecond(last + timedelta(days=1)) - 1
        page = self.page(microsecond(first), end, offset, limit)
        total = page.total if page.is_last else max(page.total, offset + limit + 1)
        return Answer.of({"data": page.rows, "offset": offset, "total": total})


def _day(text: str | None) -> datetime:
    """The start of "10/03/2026" in IST. Refused with 400."""
    try:
        return datetime.strptime(text or "", DAY_FORMAT).replace(tzinfo=IST)
    except ValueError:
        raise Refused(400, "from_date and to_date must be DD/MM/YYYY") from None
