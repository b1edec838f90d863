"""IST days and India's bank days, on whole columns of epoch seconds.

Not business days: Sundays, the 2nd and 4th Saturday of a month, public holidays.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import holidays
import numpy as np
import pandas as pd

from reconciliation.model import IST

Ints = np.ndarray[Any, np.dtype[np.int64]]

DAY_SECONDS = 86_400
IST_SECONDS = 19_800  # IST is UTC+5:30 the year round


@cache
def bank_calendar(first_year: int, last_year: int) -> np.busdaycalendar:
    """The bank days of these years and of the ones beside them."""
    years = range(first_year - 1, last_year + 2)
    days = pd.date_range(f"{years[0]}-01-01", f"{years[-1]}-12-31")
    ordinal = (days.day - 1) // 7 + 1  # which Saturday of its month
    off = days[(days.day_of_week == 5) & np.isin(ordinal, (2, 4))].date
    public = holidays.country_holidays("IN", years=years)
    return np.busdaycalendar(weekmask="1111110", holidays=sorted({*off, *public}))


def days_of(seconds: Ints) -> Ints:
    """IST days since 1970-01-01."""
    return (seconds + IST_SECONDS) // DAY_SECONDS


def start_of(days: Ints | int) -> Any:
    """Epoch seconds at which IST days begin."""
    return days * DAY_SECONDS - IST_SECONDS


def hour_end(seconds: Ints) -> Ints:
    """The end of the IST hour; it begins at half past in UTC."""
    return (seconds + 1_800) // 3_600 * 3_600 + 1_800


def plus_business_days(days: Ints, count: int) -> Ints:
    """The business day `count` after these days; one that is none counts as the last before it."""
    if not len(days):
        return days
    as_dates = days.astype("datetime64[D]")
    years = [int(str(edge)[:4]) for edge in (as_dates.min(), as_dates.max())]
    moved = np.busday_offset(
        as_dates, count, roll="backward", busdaycal=bank_calendar(years[0], years[1])
    )
    return moved.astype("int64")


def history_start(anchor: datetime, business_days: int) -> datetime:
    """00:00 IST of the business day that many before the anchor's day."""
    day = anchor.astimezone(IST).date()
    calendar = bank_calendar(day.year, day.year)
    # From a day off, the last business day before it is already one step back.
    steps = business_days if np.is_busday(day, busdaycal=calendar) else business_days - 1
    first = np.busday_offset(day, -steps, roll="backward", busdaycal=calendar)
    start: date = first.astype(date)
    return datetime(start.year, start.month, start.day, tzinfo=IST).astimezone(UTC)


def epoch(moment: datetime) -> int:
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1))


def instants(seconds: Any) -> pd.Series:
    """Epoch seconds (Int64 or int64) as UTC instants; blank stays blank."""
    return pd.Series(pd.to_datetime(pd.Series(seconds), unit="s", utc=True)).dt.as_unit("us")


def dates(days: Ints) -> pd.Series:
    """IST days since 1970 as dates without a zone."""
    return pd.Series(days.astype("datetime64[D]").astype("datetime64[s]"))
