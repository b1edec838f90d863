"""The daily report: queued once, archived as it was, on the banks' business days."""

from dataclasses import replace
from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest
from sqlalchemy import text

from pipeline import daily_report
from pipeline.crypto import DataKeys
from tests.pipeline.book import NOON, Book

DAY = date(2026, 3, 10)


@pytest.fixture
def settings(settings):
    return replace(settings, report_recipients=("desk@example.com",))


@pytest.fixture
def book(owner_store):
    made = Book(owner_store)
    made.calendar()
    return made


def rows(store, table):
    with store.transaction() as transaction:
        found = transaction.connection.execute(text(f"select * from ops.{table}"))
        return found.mappings().all()


def test_before_the_first_reconciliation_there_is_none(settings, store):
    found = daily_report.mail_report(settings, DAY, NOON)
    assert found == {"breaks": 0, "queued": 0, "sent": 0, "waiting": 0, "failed": 0}
    assert rows(store, "outbox") == []


def test_mailed_once_and_kept(settings, store, book):
    book.edge()
    book.add_break()
    first = daily_report.mail_report(settings, DAY, NOON + timedelta(hours=1))
    assert (first["breaks"], first["queued"]) == (1, 1)
    again = daily_report.mail_report(settings, DAY, NOON + timedelta(hours=1))
    assert (again["breaks"], again["queued"]) == (1, 0)
    (queued,) = rows(store, "outbox")
    keys = DataKeys(settings.data_keys)
    body = keys.unseal(bytes(queued["body_cipher"]), queued["message_id"].encode())
    message = message_from_bytes(body, policy=policy.SMTP)
    assert message["Subject"] == "Break report 10 Mar 2026: 1 open"
    assert "core_hdfc" in message.get_body(("plain",)).get_content()
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == ["breaks-20260310.csv"]
    assert len(rows(store, "report_archive")) == 1


def test_breaks_of_later_days_are_not_in_it(settings, book):
    book.edge()
    book.add_break(day=DAY)
    book.add_break(day=DAY + timedelta(days=1))
    assert daily_report.mail_report(settings, DAY, NOON + timedelta(days=2))["breaks"] == 1


@pytest.mark.parametrize(
    ("day", "works"),
    [(date(2026, 3, 13), True), (date(2026, 3, 15), False), (date(2031, 1, 1), True)],
    ids=["a Friday", "a Sunday", "a day the calendar does not know"],
)
def test_business_days(settings, book, day, works):
    assert daily_report.is_business_day(settings, day) is works
