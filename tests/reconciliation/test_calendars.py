"""Business days of India's banks."""

from datetime import date

import pytest

from reconciliation.calendars import Override, calendar_days


def by_day(*args, **more):
    return {day.day: day for day in calendar_days(*args, **more)}


MARCH = {day: entry for day, entry in by_day("india_bank", 2026, 2026).items() if day.month == 3}


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (1, "Sunday"),
        (4, "Holi"),
        (7, None),  # 1st Saturday
        (14, "2nd Saturday"),
        (15, "Sunday"),
        (21, "Eid al-Fitr"),  # also a 3rd Saturday: the holiday is why
        (28, "4th Saturday"),
        (10, None),
    ],
)
def test_which_days_are_off(day, reason):
    found = MARCH[date(2026, 3, day)]
    assert (found.is_business, found.reason) == (reason is None, reason)


@pytest.mark.parametrize("locale", [None, "hi_IN.UTF-8", "en_IN.UTF-8", "C.UTF-8"])
def test_the_machines_language_names_no_day(locale, monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    if locale:
        monkeypatch.setenv("LANG", locale)
    days = {day.day: day.reason for day in calendar_days("india_bank", 2026, 2026)}
    assert days[date(2026, 3, 21)] == "Eid al-Fitr"


def test_a_fifth_saturday_is_a_business_day():
    assert by_day("india_bank", 2026, 2026)[date(2026, 5, 30)].is_business


def test_numbers_count_business_days_up_to_and_including():
    numbers = [MARCH[date(2026, 3, day)].business_no for day in (13, 14, 15, 16)]
    assert numbers == [numbers[0], numbers[0], numbers[0], numbers[0] + 1]


def test_overrides_win_either_way():
    days = by_day(
        "india_bank", 2026, 2026,
        overrides=[
            Override(date(2026, 3, 10), is_business=False, reason="state mourning"),
            Override(date(2026, 3, 15), is_business=True, reason="working Sunday"),
        ],
    )  # fmt: skip
    assert days[date(2026, 3, 10)].reason == "state mourning"
    assert days[date(2026, 3, 15)].is_business


def test_always_has_no_day_off():
    days = calendar_days("always", 2026, 2026)
    assert [days[-1].day, days[-1].business_no] == [date(2026, 12, 31), 365]


def test_a_calendar_that_is_not_there():
    with pytest.raises(ValueError, match="no calendar 'mars'"):
        calendar_days("mars", 2026, 2026)


def test_a_calendar_with_endless_days_off_is_a_mistake():
    overrides = [
        Override(date.fromordinal(date(2026, 1, 1).toordinal() + n), is_business=False, reason="x")
        for n in range(61)
    ]
    calendar_days("always", 2026, 2026, overrides[:60])
    with pytest.raises(ValueError, match="over 60 days off"):
        calendar_days("always", 2026, 2026, overrides)
