from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.cli.arguments import days, ended, interval, moment
from pipeline.cli.failures import Misused
from reconciliation.model import HOUR, Interval, moment_words

DAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-03-10", "2026-03-10", Interval.of_days(DAY, DAY)),
        (
            "2026-03-10T10:00+05:30", "2026-03-10T11:00+05:30",
            Interval(datetime(2026, 3, 10, 4, 30, tzinfo=UTC),
                     datetime(2026, 3, 10, 5, 30, tzinfo=UTC)),
        ),
        (
            "2026-03-10T10:00", "2026-03-10T05:30Z",
            Interval(datetime(2026, 3, 10, 4, 30, tzinfo=UTC),
                     datetime(2026, 3, 10, 5, 30, tzinfo=UTC)),
        ),
        (
            "2026-03-10T23:00", "2026-03-10",
            Interval(datetime(2026, 3, 10, 17, 30, tzinfo=UTC),
                     datetime(2026, 3, 10, 18, 30, tzinfo=UTC)),
        ),
    ],
)  # fmt: skip
def test_an_interval_is_ist_unless_it_says_otherwise(start, end, expected):
    assert interval(start, end) == expected


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-11", "2026-03-10"),  # ends before it starts
        ("2026-03-10T10:00", "2026-03-10T10:00"),  # empty
        ("2026-03-10T10:30", "2026-03-10T11:00"),  # no whole hour
        ("2026-03-10T10:00Z", "2026-03-10T11:00Z"),  # whole in UTC, half past in IST
        ("10/03/2026", "2026-03-10"),
        ("2026-02-30", "2026-03-10"),
        ("", "2026-03-10"),
    ],
)
def test_what_is_no_interval_is_misuse(start, end):
    with pytest.raises(Misused) as caught:
        interval(start, end)
    assert caught.value.next_step


def test_days_are_both_included():
    assert days("2026-03-10", "2026-03-11") == Interval.of_days(DAY, date(2026, 3, 11))


@pytest.mark.parametrize(("start", "end"), [("2026-03-11", "2026-03-10"), ("x", "2026-03-10")])
def test_days_in_the_wrong_order(start, end):
    with pytest.raises(Misused):
        days(start, end)


def test_a_bare_date_as_of_is_the_end_of_its_day():
    at = moment("2026-03-10", "--as-of", end_of_day=True)

    assert at == datetime(2026, 3, 10, 18, 30, tzinfo=UTC)


WHOLE_DAY = Interval.of_days(DAY, DAY)


@pytest.mark.parametrize("later", [timedelta(), HOUR])
def test_what_is_over_is_taken_whole(later):
    said: list[str] = []
    assert ended(WHOLE_DAY, WHOLE_DAY.end + later, said.append) == WHOLE_DAY
    assert said == []


def test_a_day_that_goes_on_is_taken_up_to_its_last_hour():
    said: list[str] = []
    until = WHOLE_DAY.end - HOUR
    assert ended(WHOLE_DAY, until, said.append) == Interval(WHOLE_DAY.start, until)
    assert said == ["up to 2026-03-10 23:00 IST: what comes after has not come yet"]


@pytest.mark.parametrize("earlier", [timedelta(), HOUR])
def test_what_has_not_begun_is_refused(earlier):
    with pytest.raises(Misused, match="has not come yet") as caught:
        ended(WHOLE_DAY, WHOLE_DAY.start - earlier, print)
    assert "2026-03-" in caught.value.next_step


@pytest.mark.parametrize(
    ("hour", "minute", "told"),
    [
        (18, 29, "2026-03-10 23:59 IST"),
        (18, 30, "2026-03-10, end of day IST"),
        (18, 31, "2026-03-11 00:01 IST"),
    ],
)
def test_a_days_end_is_said_as_its_own(hour, minute, told):
    assert moment_words(datetime(2026, 3, 10, hour, minute, tzinfo=UTC)) == told
