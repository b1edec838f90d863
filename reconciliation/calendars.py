"""Business days, as a pure rule.

Not business days of `india_bank`: Sundays, the 2nd and 4th Saturday of a month, the
public holidays of India (the `holidays` package) and what the override table says;
an override wins either way. On `always` every day is a business day.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import holidays

CALENDARS = ("india_bank", "always")
SATURDAY, SUNDAY = 5, 6
# Else the machine's locale names the days, and two machines keep two calendars.
LANGUAGE = "en_US"
DAYS_OFF_MAX = 60  # in a row; a calendar with more is a mistake


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar. `business_no` counts business days up to and including it."""

    day: date
    is_business: bool
    business_no: int
    reason: str | None


@dataclass(frozen=True, slots=True)
class Override:
    """A day that the rule has wrong: a bank holiday by notification, a working Sunday."""

    day: date
    is_business: bool
    reason: str


def calendar_days(
    name: str, first_year: int, last_year: int, overrides: Iterable[Override] = ()
) -> list[Day]:
    """Every day of these years, in order. ValueError for a calendar that does not exist."""
    if name not in CALENDARS:
        raise ValueError(f"no calendar {name!r}; one of {', '.join(CALENDARS)}")
    public: Mapping[date, str] = {}
    if name == "india_bank":
        years = range(first_year, last_year + 1)
        public = holidays.country_holidays("IN", years=years, language=LANGUAGE)
    known = {override.day: override for override in overrides}
    days: list[Day] = []
    day, number, off = date(first_year, 1, 1), 0, 0
    while day.year <= last_year:
        reason = None if name == "always" else _reason_off(day, public)
        if day in known:
            reason = None if known[day].is_business else known[day].reason
        off = off + 1 if reason else 0
        if off > DAYS_OFF_MAX:
            raise ValueError(f"calendar {name}: over {DAYS_OFF_MAX} days off in a row at {day}")
        number += reason is None
        days.append(Day(day, reason is None, number, reason))
        day += timedelta(days=1)
    return days


def _reason_off(day: date, public: Mapping[date, str]) -> str | None:
    if day in public:
        return public[day]
    if day.weekday() == SUNDAY:
        return "Sunday"
    which = (day.day - 1) // 7 + 1
    if day.weekday() == SATURDAY and which in (2, 4):
        return f"{'2nd' if which == 2 else '4th'} Saturday"  # noqa: PLR2004
    return None
