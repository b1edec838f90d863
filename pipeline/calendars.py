"""Fills ops.calendar from the pure rule and the override table."""

from datetime import date

import pandas as pd

from pipeline.store import Transaction
from reconciliation.calendars import CALENDARS, Override, calendar_days

YEARS_BEFORE, YEARS_AFTER = 2, 2  # around the year asked about: due days look ahead


def ensure_calendar(transaction: Transaction, day: date) -> None:
    """Every calendar around this day, as the rule and the overrides now say.

    Rewritten only when a year is missing or an override is not in it yet: results depend on
    the calendar, and must not change because somebody looked.
    """
    transaction.lock("calendar")
    first, last = day.year - YEARS_BEFORE, day.year + YEARS_AFTER
    bounds = transaction.row("ops/calendar_bounds")
    if bounds is not None and bounds["first_day"] is not None:
        first, last = min(first, bounds["first_day"].year), max(last, bounds["last_day"].year)
        is_whole = (bounds["first_day"], bounds["last_day"]) == (
            date(first, 1, 1),
            date(last, 12, 31),
        )
        if is_whole and bounds["is_current"]:
            return
    known: dict[str, list[Override]] = {name: [] for name in CALENDARS}
    for row in transaction.rows("ops/calendar_overrides"):
        known[row["calendar"]].append(Override(row["day"], row["is_business"], row["reason"]))
    frames = [
        pd.DataFrame(calendar_days(name, first, last, known[name])).assign(calendar=name)
        for name in CALENDARS
    ]
    days = pd.concat(frames, ignore_index=True)
    days["day"] = pd.to_datetime(days["day"]).astype("datetime64[s]")
    days["reason"] = days["reason"].astype("string")
    transaction.run("ops/forget_calendar")
    transaction.copy("ops.calendar", days)
