"""India's bank days, against a calendar counted by hand and one day at a time."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.model import IST
from simulator.business_days import (
    bank_calendar,
    days_of,
    epoch,
    history_start,
    plus_business_days,
    start_of,
)

EPOCH = date(1970, 1, 1)


def is_business(day: date) -> bool:
    return bool(np.is_busday(day, busdaycal=bank_calendar(day.year, day.year)))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 7), True),  # first Saturday
        (date(2026, 3, 14), False),  # second
        (date(2026, 3, 28), False),  # fourth
        (date(2026, 8, 29), True),  # fifth
        (date(2026, 3, 8), False),  # Sunday
        (date(2026, 3, 4), False),  # Holi
        (date(2026, 3, 5), True),
        (date(2026, 8, 15), False),  # Independence Day, a Saturday
    ],
)
def test_days_off(day, expected):
    assert is_business(day) is expected


@settings(deadline=None)
@given(st.dates(date(2025, 12, 1), date(2027, 2, 1)), st.integers(1, 4))
def test_plus_business_days_counts_one_day_at_a_time(day, count):
    found, left = day, count
    while left:
        found += timedelta(days=1)
        left -= is_business(found)
    given_days = np.array([(day - EPOCH).days])
    assert plus_business_days(given_days, count)[0] == (found - EPOCH).days


@settings(deadline=None)
@given(st.dates(date(2026, 1, 10), date(2026, 12, 31)), st.integers(0, 23))
def test_history_begins_four_business_days_before(day, hour):
    start = history_start(datetime(day.year, day.month, day.day, hour, tzinfo=IST), 4)
    first = start.astimezone(IST).date()
    between = [first + timedelta(days=n) for n in range((day - first).days)]
    assert is_business(first)
    assert sum(map(is_business, between)) == 4


def test_an_ist_day_begins_at_half_past_six_in_utc():
    midnight = epoch(datetime(2026, 3, 10, tzinfo=IST))
    days = days_of(np.array([midnight - 1, midnight]))
    assert days[1] - days[0] == 1
    assert start_of(days[1]) == midnight
