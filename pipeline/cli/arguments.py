"""Dates and moments as people type them: IST unless they say otherwise."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from pipeline.cli.failures import Misused
from reconciliation.model import IST, Interval

DAY = timedelta(days=1)


def day(text: str, option: str) -> date:
    """An IST day, `2026-03-10`. Misused names the option."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Misused(f"{option}: {text!r} is not a date", "Write it as 2026-03-10.") from None


def not_yet(option: str, when: str) -> Misused:
    """The refusal of what lies in the future: what nobody knows yet would read as nothing."""
    return Misused(
        f"{option}: {when} has not come yet", f"Leave {option} out for what is known now."
    )


def day_that_came(text: str, option: str) -> date:
    """An IST day up to today. Misused on one that has not begun."""
    found = day(text, option)
    if found > datetime.now(IST).date():
        raise not_yet(option, found.isoformat())
    return found


def moment(text: str, option: str, *, end_of_day: bool = False) -> datetime:
    """An instant, in UTC. Without a zone it is IST; a bare date is the day's start or end."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        try:
            instant = datetime.fromisoformat(text)
        except ValueError:
            raise Misused(
                f"{option}: {text!r} is neither a date nor a time",
                "Write 2026-03-10, or 2026-03-10T11:00+05:30.",
            ) from None
        return (instant if instant.tzinfo else instant.replace(tzinfo=IST)).astimezone(UTC)
    return datetime.combine(found + (DAY if end_of_day else timedelta()), time(), IST).astimezone(
        UTC
    )


def interval(start: str, end: str) -> Interval:
    """`--from` and `--to`: IST days both included, or instants on whole IST hours."""
    try:
        return Interval(moment(start, "--from"), moment(end, "--to", end_of_day=True))
    except ValueError as wrong:
        raise Misused(f"--from/--to: {wrong}", "Give IST days, or whole IST hours.") from None


def ended(wanted: Interval, until: datetime, say: Callable[[str], None]) -> Interval:
    """The part of it that is over by `until`. Misused where there is none: what has not happened
    yet would be missing everywhere.
    """
    if wanted.end <= until:
        return wanted
    words = until.astimezone(IST).strftime("%Y-%m-%d %H:%M IST")
    if wanted.start >= until:
        raise Misused(
            f"--from/--to: {wanted} has not come yet", f"There are whole hours up to {words}."
        )
    say(f"up to {words}: what comes after has not come yet")
    return Interval(wanted.start, until)


def days(start: str, end: str) -> Interval:
    """`--from` and `--to` as IST days, both included."""
    first, last = day(start, "--from"), day(end, "--to")
    if last < first:
        raise Misused(f"--to {last} is before --from {first}", "Swap them.")
    return Interval.of_days(first, last)
