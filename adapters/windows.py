"""How a window of time is asked for.

    window: {type: from_to, from: from_date, to: to_date, form: iso}      # or epoch, or strftime
    window: {type: from_to, from: from_date, to: to_date, form: "%d/%m/%Y", whole_days: true}
    window: {type: each_day, year: year, month: month, day: day, days_around: 1}

`to` is sent as the window's end: a bank that includes it sends a row too many, which the
pipeline cuts, and one that does not loses nothing. Local times are IST.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from adapters.sections import Section
from reconciliation.model import IST, Interval

TYPES = ("from_to", "each_day")
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)

# (label, query): the label sets the parts of one day apart from another's.
Queries = list[tuple[str, dict[str, str]]]


def window_of(section: Section) -> Callable[[Interval], Queries]:
    """A function from a window to the queries that cover it. MisconfiguredSource."""
    if section.choice("type", TYPES) == "from_to":
        section.only("type", "from", "to", "form", "whole_days")
        start, end, form = (section.text(key) for key in ("from", "to", "form"))
        whole_days = section.flag("whole_days", False)

        def from_to(window: Interval) -> Queries:
            last = window.end - TICK if whole_days else window.end
            return [("", {start: written(window.start, form), end: written(last, form)})]

        return from_to

    section.only("type", "year", "month", "day", "days_around")
    names = [section.text(key) for key in ("year", "month", "day")]
    days_around = section.integer("days_around", 0, 7, 0)

    def each_day(window: Interval) -> Queries:
        first = window.start.astimezone(IST).date() - days_around * DAY
        last = (window.end - TICK).astimezone(IST).date() + days_around * DAY
        days = [first + n * DAY for n in range((last - first).days + 1)]
        return [
            (
                f"{day:%Y%m%d}/",
                dict(zip(names, (str(day.year), str(day.month), str(day.day)), strict=True)),
            )
            for day in days
        ]

    return each_day


def answers_from(settings: Mapping[str, Any], start: datetime) -> datetime:
    """The earliest moment that belongs in the answer for a window which begins at `start`: where
    a source is asked for whole days, the midnight (IST) where its first day begins.

    `settings`: the dataset's, as `adapters.config` read them.
    """
    window = settings.get("window")
    if not isinstance(window, Mapping):
        return start
    if window.get("type") != "each_day" and not window.get("whole_days"):
        return start
    first = start.astimezone(IST).date() - int(window.get("days_around") or 0) * DAY
    return datetime.combine(first, time(), IST)


def written(moment: datetime, form: str) -> str:
    if form == "epoch":
        return str(int(moment.astimezone(UTC).timestamp()))
    local = moment.astimezone(IST)
    return local.isoformat(timespec="seconds") if form == "iso" else local.strftime(form)
