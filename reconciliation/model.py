"""The words every layer shares: intervals, money, and the canonical entry.

Pure: no network, no database, no clock.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

IST = ZoneInfo("Asia/Kolkata")
HOUR = timedelta(hours=1)
END_OF_DAY = ", end of day IST"

# ISO 4217 exponents of the currencies met here; every other currency is refused.
MINOR_UNIT_DIGITS = {
    "INR": 2, "USD": 2, "EUR": 2, "GBP": 2, "AED": 2, "SGD": 2, "AUD": 2, "CAD": 2, "CHF": 2,
    "HKD": 2, "SAR": 2, "QAR": 2, "MYR": 2, "THB": 2, "LKR": 2, "NPR": 2, "BDT": 2, "ZAR": 2,
    "JPY": 0, "KRW": 0, "VND": 0, "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3,
}  # fmt: skip

ACCOUNT_MASK = "••••"  # for all of an account number before its last four, however long

STATUSES = ("SUCCESS", "FAILED", "PENDING")
DIRECTIONS = ("CREDIT", "DEBIT")
CHANNELS = ("UPI", "ATM", "ONLINE", "MOBILE", "BRANCH", "POS")
TRANSACTION_TYPES = ("TRANSFER", "DEPOSIT", "WITHDRAWAL", "PAYMENT", "REFUND")

# Columns an adapter's `normalise` returns for a dataset of kind "entries".
# Text is pandas "string", integers "Int64" (nullable) or "int64", instants
# datetime64[us, UTC], dates datetime64[s] without a zone (midnight).
ENTRY_COLUMNS: dict[str, str] = {
    "row_no": "int64",  # place in its delivery, from 0
    "entry_key": "string",  # identity in the source; blank: derive it (see occurrence index)
    "txn_id": "string",  # the source's own id; blank where it has none
    "account_number": "string",  # clear here only; encrypted before it is stored
    "bank_code": "string",
    "amount_minor": "int64",  # signed, positive = into the account
    "currency": "string",
    "direction": "string",
    "status": "string",
    "occurred_at": "datetime64[us, UTC]",
    "timestamp_precision": "string",  # second | day
    "business_date": "datetime64[s]",
    "value_date": "datetime64[s]",
    "booking_date": "datetime64[s]",
    "channel": "string",
    "transaction_type": "string",
    "reference_number": "string",  # as the source wrote it
    "description": "string",
    "rrn": "string",  # 12 digits, padding removed
    "utr": "string",  # any other bank reference, A-Z0-9 upper case
    "upi_id": "string",
    "arn": "string",
    "order_id": "string",
    "payment_id": "string",
    "merchant_id": "string",
    "settlement_id": "string",
    "settlement_utr": "string",  # upper case
    "gross_minor": "Int64",
    "fee_minor": "Int64",
    "tax_minor": "Int64",
    "balance_minor": "Int64",
    "raw_status": "string",
    "raw_method": "string",
    "on_hold": "boolean",  # true, or blank
    "dispute_id": "string",
    "source_updated_at": "datetime64[us, UTC]",
}

# kind "balances"
BALANCE_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "account_number": "string",
    "business_date": "datetime64[s]",
    "kind": "string",  # ledger_closing | statement_opening | statement_closing
    "currency": "string",
    "amount_minor": "int64",
}

# kind "settlements": the gateway's headers
SETTLEMENT_COLUMNS: dict[str, str] = {
    "row_no": "int64",
    "settlement_id": "string",
    "amount_minor": "int64",
    "fees_minor": "Int64",
    "tax_minor": "Int64",
    "currency": "string",
    "utr": "string",
    "status": "string",
    "created_at": "datetime64[us, UTC]",
}

COLUMNS_BY_KIND = {
    "entries": ENTRY_COLUMNS,
    "balances": BALANCE_COLUMNS,
    "settlements": SETTLEMENT_COLUMNS,
}


@dataclass(frozen=True, order=True, slots=True)
class Interval:
    """Half-open `[start, end)` of whole IST hours, held in UTC.

    An IST hour starts at half past in UTC; ValueError where an edge is not on one.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for edge in (self.start, self.end):
            if edge.tzinfo is None:
                raise ValueError(f"an interval needs a time zone: {edge.isoformat()}")
            local = edge.astimezone(IST)
            if (local.minute, local.second, local.microsecond) != (0, 0, 0):
                raise ValueError(f"not a whole IST hour: {local.isoformat()}")
        if self.start >= self.end:
            raise ValueError(f"an interval ends after it starts: {self}")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))

    @classmethod
    def of_days(cls, first: date, last: date) -> "Interval":
        """IST days, both included."""
        return cls(
            datetime.combine(first, time(), IST),
            datetime.combine(last + timedelta(days=1), time(), IST),
        )

    def hours(self) -> Iterator["Interval"]:
        start = self.start
        while start < self.end:
            yield Interval(start, start + HOUR)
            start += HOUR

    def __str__(self) -> str:
        start, end = self.start.astimezone(IST), self.end.astimezone(IST)
        return f"[{start:%Y-%m-%d %H:%M}, {end:%Y-%m-%d %H:%M}) IST"


def floor_hour(moment: datetime) -> datetime:
    """The start of the IST hour that holds `moment`, in UTC."""
    local = moment.astimezone(IST)
    return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def moment_words(moment: datetime) -> str:
    """An instant for people, in IST; midnight as the end of the day that is over then."""
    local = moment.astimezone(IST)
    if local.timetz().replace(tzinfo=None) == time():
        return f"{local.date() - timedelta(days=1)}{END_OF_DAY}"
    return f"{local:%Y-%m-%d %H:%M} IST"


def currency_place(currency: str) -> tuple[bool, str]:
    """Sorts currencies: ours first, the others by name. Their amounts are never compared."""
    return currency != "INR", currency


def minor_text(amount_minor: int, currency: str) -> str:
    """Decimal text of an amount in minor units: (-150050, "INR") → "-1500.50"."""
    digits = MINOR_UNIT_DIGITS[currency]
    sign, units = ("-" if amount_minor < 0 else ""), abs(amount_minor)
    if digits == 0:
        return f"{sign}{units}"
    return f"{sign}{units // 10**digits}.{units % 10**digits:0{digits}d}"


def as_entries(columns: dict[str, object], kind: str = "entries") -> pd.DataFrame:
    """A frame of exactly the kind's columns and dtypes; what is not given is blank.

    `columns` maps names to Series of one length; a name the kind does not know is a KeyError.
    """
    dtypes: Mapping[str, Any] = COLUMNS_BY_KIND[kind]
    unknown = set(columns) - set(dtypes)
    if unknown:
        raise KeyError(f"not canonical columns: {sorted(unknown)}")
    given = pd.DataFrame(columns)
    return pd.DataFrame(
        {
            name: given[name].astype(dtype)
            if name in given
            else pd.Series(pd.NA, index=given.index, dtype=dtype)
            for name, dtype in dtypes.items()
        },
        index=given.index,
        copy=False,
    )
