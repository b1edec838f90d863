"""ops.calendar as the rule and the override table say."""

from datetime import date

import pytest

from pipeline.calendars import ensure_calendar
from tests.sql.ledger_book import DAY


@pytest.fixture
def ensured(book):
    def ensure(day):
        with book.store.transaction() as transaction:
            ensure_calendar(transaction, day)
        return book.rows(
            "select min(day) as first, max(day) as last, count(*) as days,"
            " min(cast(xmin as text)) as written from ops.calendar"
        )[0]

    return ensure


def test_it_reaches_two_years_either_way(ensured):
    found = ensured(DAY)
    assert (found["first"], found["last"]) == (date(2024, 1, 1), date(2028, 12, 31))
    assert found["days"] == 2 * (5 * 365 + 2)  # two calendars, two leap years


def test_it_is_left_alone_until_it_must_change(ensured, book):
    written = ensured(DAY)["written"]
    assert ensured(DAY)["written"] == written
    book.execute(
        "insert into ops.calendar_override values ('india_bank', '2026-03-10', false, 'election')"
    )
    try:
        assert ensured(DAY)["written"] != written
        (day,) = book.rows(
            "select is_business, reason from ops.calendar"
            " where calendar = 'india_bank' and day = '2026-03-10'"
        )
        assert day == {"is_business": False, "reason": "election"}
    finally:
        book.execute("delete from ops.calendar_override")
        book.execute("delete from ops.calendar")
        ensured(DAY)


def test_a_later_year_extends_it(ensured, book):
    found = ensured(date(2028, 1, 1))
    assert (found["first"], found["last"]) == (date(2024, 1, 1), date(2030, 12, 31))
    numbers = book.rows(
        "select business_no from ops.calendar where calendar = 'always' and day = '2024-12-31'"
    )
    assert numbers == [{"business_no": 366}]
