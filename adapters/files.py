"""Which files of a folder to take. Names are data: judged, never used as paths. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from adapters.ssh import Listed
from reconciliation.model import ACCOUNT_MASK, HOUR, IST, Interval

UNFINISHED = (".tmp", ".part", ".filepart")
MARKERS = (".done", ".ok", ".ctl")
NAME_BYTES_MAX = 255
LAST = 4  # digits of an account number that may be shown
# What even an allowed pattern may not let through: a path, a control character, a name
# that reads other than it is (right-to-left marks), bytes that are not UTF-8.
HOSTILE = re.compile(
    "[/\\\\\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of the window that a marker or a second look may release."""

    listed: Listed
    part: str  # the name without its extension: the period it covers
    period: Interval
    is_marked: bool
    account_at: tuple[int, int] | None  # where the name holds an account number

    @property
    def day(self) -> date | None:
        """The IST day of a file of a whole day; None of one of an hour."""
        is_whole = self.period.end - self.period.start == timedelta(days=1)
        return self.period.start.astimezone(IST).date() if is_whole else None


@dataclass(frozen=True, slots=True)
class Choice:
    wanted: tuple[Wanted, ...]  # in order of period, then name
    refused: tuple[str, ...]  # names no agreed file has, safely quoted


def choose(listing: Iterable[Listed], pattern: re.Pattern[str], window: Interval) -> Choice:
    """Sort a listing into what belongs to the window and what should not be there.

    `pattern` matches the whole name and has the groups `account`, `day` (YYYYMMDD) and, for
    hourly files, `hour`. A file belongs to the window when its whole IST period lies inside.
    """
    listing = list(listing)
    names = {one.name for one in listing}
    wanted, refused = [], []
    for one in listing:
        if one.name.endswith(UNFINISHED):
            continue
        stem = one.name.rpartition(".")[0]
        if one.name.endswith(MARKERS) and is_safe(one.name):
            continue
        found = pattern.fullmatch(one.name) if is_safe(one.name) else None
        period = period_of(found) if found else None
        if found is None or period is None or not one.is_regular:
            refused.append(quoted(one.name))
        elif window.start <= period.start and period.end <= window.end:
            marks = {mark + ending for mark in (one.name, stem) for ending in MARKERS}
            is_marked = not names.isdisjoint(marks)
            wanted.append(Wanted(one, stem, period, is_marked, account_of(found)))
    wanted.sort(key=lambda file: (file.period, file.listed.name))
    return Choice(tuple(wanted), tuple(refused))


def is_safe(name: str) -> bool:
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        return False
    is_plain = HOSTILE.search(name) is None and not name.startswith((".", "-", " "))
    return 0 < size <= NAME_BYTES_MAX and is_plain


def period_of(found: re.Match[str]) -> Interval | None:
    """The IST hour or day a name says; None when there is no such day or hour."""
    groups = found.groupdict()
    try:
        day = date.fromisoformat(groups["day"])
        hour = groups.get("hour")
        start = datetime.combine(day, time(int(hour or 0)), IST)
    except ValueError:
        return None
    return Interval(start, start + (HOUR if hour else timedelta(days=1)))


def account_of(found: re.Match[str]) -> tuple[int, int] | None:
    """Where a name holds an account number: from, to. None where it holds none."""
    start, end = found.span("account") if "account" in found.re.groupindex else (-1, -1)
    return (start, end) if start < end else None


def quoted(name: str) -> str:
    """A name that can stand in a log: printable, short, its account number covered."""
    return masked(ascii(name))[:80]


def masked(name: str, account_at: tuple[int, int] | None = None) -> str:
    """The account number as its last four; where none is named, all runs of nine digits."""
    if account_at is not None:
        start, end = account_at
        return name[:start] + ACCOUNT_MASK + name[max(start, end - LAST) :]
    return re.sub(r"[0-9]{5,}(?=[0-9]{4})(?![0-9]{4}[0-9])", ACCOUNT_MASK, name)
