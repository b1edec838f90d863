"""Files that a source promises by its own schedule: due, late, here, and what they hold back."""

import hashlib
from datetime import date, time, timedelta

import pytest

from adapters.arrival import FileArrival
from reconciliation.model import floor_hour
from tests.sql.ledger_book import DAY, Row, at

MONDAY, WEDNESDAY, THURSDAY = (DAY + timedelta(days=n) for n in (-1, 1, 2))
FRIDAY, SECOND_SATURDAY, SUNDAY, NEXT_MONDAY = (date(2026, 3, n) for n in (13, 14, 15, 16))
ACCOUNT, OTHER = "50100000001111", "50100000002222"
OURS = Row("core", "L", rrn="1", at=at(10, 30), account=ACCOUNT)
LATE = {("MIS_FILE", "source_interval")}


def key(day, account=ACCOUNT):
    return f"hdfc:transactions:{hashlib.sha256(account.encode()).hexdigest()}:{day}"


def late(book, name="core_hdfc"):
    """Subjects of the files that are missed."""
    found = book.live_breaks(name)
    return {row["subject_key"] for row in found if row["code"] == "MIS_FILE"}


@pytest.fixture
def bank(book):
    """Monday's file of ACCOUNT is here; the source is there since Monday 00:00."""

    def start(due="10:00", *, each="business_day", per="account", on_business_day=False,
              since=None, seen=(MONDAY,)):  # fmt: skip
        book.arrive("core", hours=2)
        book.arrive("hdfc", hours=2)
        promise = FileArrival(each, per, time.fromisoformat(due), on_business_day)
        book.promise("hdfc", promise)
        book.account(ACCOUNT)
        book.account(OTHER)
        for day in seen:
            book.file("hdfc", day, ACCOUNT)
        book.since = since or at(0, day=MONDAY)
        return book

    return start


def look(book, until, *, until_covered=None, name="core_hdfc"):
    """All hours up to then are landed, and the edge is reconciled as of then."""
    for source in ("core", "hdfc"):
        book.cover(source, book.since, until_covered or floor_hour(until))
    book.reconcile(name, until=until)


def look_again(book, until, since):
    for source in ("core", "hdfc"):
        book.cover(source, since, until)
    book.reconcile(until=until)


@pytest.mark.parametrize(("due", "hour", "is_late"), [
    ("10:00", 9, False), ("10:00", 10, True), ("10:01", 10, False), ("10:01", 11, True),
    ("00:00", 0, True), ("23:59", 23, False),
])  # fmt: skip
def test_a_file_is_late_from_the_minute_it_is_due(bank, due, hour, is_late):
    book = bank(due)
    look(book, at(hour, day=WEDNESDAY))
    assert (late(book) == {key(DAY)}) is is_late


def test_the_break_says_which_file_by_when(bank):
    book = bank()
    look(book, at(10, day=WEDNESDAY))
    (found,) = book.live_breaks()
    assert (found["source"], found["amount_minor"], found["business_date"]) == ("hdfc", 0, DAY)
    assert "account ••••1111 on 2026-03-10 was due by 2026-03-11 10:00 IST" in found["explanation"]
    (row,) = book.rows("select account_id, currency from recon.break")
    assert row == {"account_id": book.account(ACCOUNT), "currency": "INR"}


def test_it_is_one_break_whatever_hours_pass_and_closes_when_the_file_comes(bank):
    book = bank()
    look(book, at(10, day=WEDNESDAY))
    for hour in (11, 12):
        look_again(book, at(hour, day=WEDNESDAY), at(hour - 1, day=WEDNESDAY))
    assert late(book) == {key(DAY)}
    book.file("hdfc", DAY, ACCOUNT)
    look_again(book, at(13, day=WEDNESDAY), at(12, day=WEDNESDAY))
    assert late(book) == set()
    events = book.rows("select event, resolution from recon.break_event order by known_at")
    assert [tuple(row.values()) for row in events] == [("opened", None), ("resolved", "auto")]


def test_two_files_that_are_late_are_two_breaks(bank):
    book = bank()
    look(book, at(10, day=THURSDAY))
    assert late(book) == {key(DAY), key(WEDNESDAY)}
    book.file("hdfc", WEDNESDAY, ACCOUNT)
    book.reconcile(until=at(10, day=THURSDAY))
    assert late(book) == {key(DAY)}


def test_entries_of_the_day_are_explained_by_the_file(bank):
    book = bank()
    book.file("hdfc", DAY, OTHER)
    book.load(OURS, OURS.but(key="L2", rrn="2", account=OTHER))
    look(book, at(12, day=WEDNESDAY))
    assert book.breaks() == LATE | {("MIS_IN_BANK", "core:L2")}
    held = book.rows("select reason from recon.open_entry where due_at is null")
    assert held == [{"reason": "MIS_FILE"}]
    book.file("hdfc", DAY, ACCOUNT)
    book.reconcile(until=at(12, day=WEDNESDAY))
    assert book.breaks() == {("MIS_IN_BANK", "core:L"), ("MIS_IN_BANK", "core:L2")}


def test_they_wait_for_a_file_that_is_not_due_yet(bank):
    book = bank("12:00")
    book.load(OURS)  # its own window ends at half past ten
    look(book, at(11, day=WEDNESDAY))
    assert book.breaks() == set()


@pytest.mark.parametrize(("moment", "is_held"), [
    (at(23, 44, 59, day=MONDAY), False), (at(23, 45, day=MONDAY), True),
    (at(0, 14, 59, day=WEDNESDAY), True), (at(0, 15, day=WEDNESDAY), False),
])  # fmt: skip
def test_the_day_ends_a_quarter_of_an_hour_late(bank, moment, is_held):
    book = bank(seen=(MONDAY, WEDNESDAY))
    book.load(OURS.but(at=moment))
    look(book, at(1, day=THURSDAY))
    assert (("MIS_IN_BANK", "core:L") in book.breaks()) is not is_held


def test_what_has_come_and_is_not_staged_is_not_late_and_holds_back_all_the_same(bank):
    book = bank()
    delivery = book.file("hdfc", DAY, ACCOUNT, is_staged=False)
    book.load(OURS)
    look(book, at(12, day=WEDNESDAY))
    assert book.breaks() == set()
    book.stage(delivery)
    book.reconcile(until=at(12, day=WEDNESDAY))
    assert book.breaks() == {("MIS_IN_BANK", "core:L")}


def test_a_restated_file_that_waits_takes_nothing_away(bank):
    book = bank()
    book.file("hdfc", DAY, ACCOUNT)
    book.load(OURS)
    look(book, at(12, day=WEDNESDAY))
    waiting = book.file("hdfc", DAY, ACCOUNT, is_staged=False)
    book.reconcile(until=at(12, day=WEDNESDAY))
    assert book.breaks() == {("MIS_IN_BANK", "core:L")}
    book.stage(waiting)
    book.reconcile(until=at(12, day=WEDNESDAY))
    assert book.breaks() == {("MIS_IN_BANK", "core:L")}


def test_days_off_have_no_file(bank):
    book = bank(seen=(MONDAY, DAY, WEDNESDAY, THURSDAY, FRIDAY))
    look(book, at(23, day=NEXT_MONDAY))
    assert late(book) == set()
    look_again(book, at(10, day=date(2026, 3, 17)), at(23, day=NEXT_MONDAY))
    assert late(book) == {key(NEXT_MONDAY)}


def test_a_holiday_has_none(bank):
    book = bank()
    book.execute(
        "update ops.calendar set is_business = false"
        " where calendar = 'india_bank' and day = :day", day=DAY,
    )  # fmt: skip
    try:
        look(book, at(12, day=WEDNESDAY))
        assert late(book) == set()
    finally:
        book.execute(
            "update ops.calendar set is_business = true"
            " where calendar = 'india_bank' and day = :day", day=DAY,
        )  # fmt: skip


def test_every_day_may_have_one(bank):
    book = bank(each="day", seen=(MONDAY, DAY, WEDNESDAY, THURSDAY, FRIDAY))
    look(book, at(10, day=SUNDAY))
    assert late(book) == {key(SECOND_SATURDAY)}


@pytest.mark.parametrize(("day", "hour", "is_late"), [
    (SECOND_SATURDAY, 10, False), (NEXT_MONDAY, 9, False), (NEXT_MONDAY, 10, True),
])  # fmt: skip
def test_a_file_may_be_due_on_the_next_business_day(bank, day, hour, is_late):
    book = bank(on_business_day=True, seen=(MONDAY, DAY, WEDNESDAY, THURSDAY))
    look(book, at(hour, day=day))
    assert (late(book) == {key(FRIDAY)}) is is_late


def test_entries_of_days_off_wait_for_the_next_file(bank):
    """What moves on a Sunday the bank books on Monday."""
    book = bank(seen=(MONDAY, DAY, WEDNESDAY, THURSDAY, FRIDAY))
    book.load(OURS.but(at=at(11, day=SUNDAY)), OURS.but(key="F", rrn="2", at=at(11, day=FRIDAY)))
    look(book, at(23, day=NEXT_MONDAY))
    assert book.breaks() == {("MIS_IN_BANK", "core:F")}
    book.file("hdfc", NEXT_MONDAY, ACCOUNT)
    book.reconcile(until=at(23, day=NEXT_MONDAY))
    assert book.breaks() == {("MIS_IN_BANK", "core:F"), ("MIS_IN_BANK", "core:L")}


def test_an_account_is_expected_from_the_first_day_it_was_seen_on(bank):
    book = bank(seen=(MONDAY, DAY, WEDNESDAY))
    book.file("hdfc", DAY, OTHER)
    look(book, at(12, day=THURSDAY))
    assert late(book) == {key(WEDNESDAY, OTHER)}


def test_an_account_that_no_entry_names_is_expected_too(bank):
    book = bank(seen=(MONDAY, DAY))
    book.file("hdfc", MONDAY, "50100000003333")
    book.load(OURS)
    look(book, at(12, day=WEDNESDAY))
    assert book.breaks() == LATE | {("MIS_IN_BANK", "core:L")}, "it holds back nobody else's"


@pytest.mark.parametrize(("since", "expected"), [
    (at(0, day=DAY), {key(DAY)}), (at(1, day=DAY), set()),
])  # fmt: skip
def test_the_first_day_that_counts_is_covered_from_its_beginning(bank, since, expected):
    book = bank(since=since)
    look(book, at(12, day=WEDNESDAY))
    assert late(book) == expected


@pytest.mark.parametrize(("opening", "expected"), [(MONDAY, {key(DAY)}), (DAY, set())])
def test_nothing_is_expected_up_to_the_day_an_account_was_opened_with(bank, opening, expected):
    book = bank()
    book.opening(ACCOUNT, 0, 0, opening)
    look(book, at(12, day=WEDNESDAY))
    assert late(book) == expected


@pytest.mark.parametrize(("closing", "expected"), [(DAY, {key(DAY)}), (MONDAY, set())])
def test_nothing_is_expected_after_an_account_was_closed(bank, closing, expected):
    book = bank()
    book.account(ACCOUNT)
    book.execute(
        "update ops.account set closing_date = :day where account_id = :id",
        day=closing, id=book.account(ACCOUNT),
    )  # fmt: skip
    look(book, at(12, day=WEDNESDAY))
    assert late(book) == expected


def test_a_file_of_all_accounts_is_missed_by_its_day(bank):
    book = bank(per="source", seen=())
    look(book, at(12, day=WEDNESDAY))
    assert late(book) == {"hdfc:transactions:2026-03-09", "hdfc:transactions:2026-03-10"}
    assert "transactions, for 2026-03-10 was due" in book.live_breaks()[1]["explanation"]
    book.file("hdfc", DAY)
    book.load(OURS, OURS.but(key="M", rrn="2", at=at(11, day=MONDAY), account=OTHER))
    book.reconcile(until=at(12, day=WEDNESDAY))
    assert book.breaks() == LATE | {("MIS_IN_BANK", "core:L")}


def test_while_the_host_is_away_its_hours_are_missed_and_not_the_file(bank):
    book = bank()
    look(book, at(12, day=WEDNESDAY), until_covered=at(9, day=WEDNESDAY))
    assert late(book) == {"core:2026-03-11T03:30Z", "hdfc:2026-03-11T03:30Z"}
    look_again(book, at(13, day=WEDNESDAY), at(9, day=WEDNESDAY))
    assert late(book) == {key(DAY)}


def test_every_edge_that_waits_says_so(bank):
    book = bank()
    look(book, at(12, day=WEDNESDAY))
    book.reconcile("settlement_bank", until=at(12, day=WEDNESDAY))
    assert late(book, "settlement_bank") == late(book) == {key(DAY)}


def test_a_refused_file_came_and_holds_back_its_account_and_day(bank):
    book = bank()
    book.refuse("hdfc", part="HDFC_x-1111_20260310", start=at(8, day=WEDNESDAY))
    delivery = book.execute("select max(delivery_id) from raw.delivery")
    book.execute(
        "insert into raw.file_day values (:delivery, 'hdfc', 'transactions', :index, '1111', :day)",
        delivery=delivery, day=DAY, index=hashlib.sha256(ACCOUNT.encode()).digest(),
    )  # fmt: skip
    book.load(OURS, OURS.but(key="L2", rrn="2", account=OTHER))
    look(book, at(12, day=WEDNESDAY))
    assert book.breaks() == {("DQ_QUARANTINED", "delivery"), ("MIS_IN_BANK", "core:L2")}
    (found,) = [row for row in book.live_breaks() if row["code"] == "DQ_QUARANTINED"]
    assert found["business_date"] == DAY


def statements(book):
    """Both accounts move on Monday and Wednesday; of Tuesday only the ledger knows."""
    for account, tag in ((ACCOUNT, "a"), (OTHER, "b")):
        for day in (MONDAY, DAY, WEDNESDAY):
            book.balance(account, day, 1000_00)
        book.opening(account, 1000_00, 1000_00, MONDAY - timedelta(days=1))
        for day, balance in ((MONDAY, 1100_00), (WEDNESDAY, 1100_00)):
            book.load(Row("hdfc", f"{tag}{day}", amount=100_00, balance=balance, account=account,
                          at=at(10, day=day)))  # fmt: skip


def test_a_gap_between_statements_is_the_missing_files_of_that_account(bank):
    book = bank(seen=(MONDAY, WEDNESDAY))
    for day in (MONDAY, DAY, WEDNESDAY, THURSDAY):
        book.file("hdfc", day, OTHER)
    book.file("hdfc", THURSDAY, ACCOUNT)
    statements(book)
    look(book, at(12, day=FRIDAY))
    gaps = {
        row["subject_key"].partition("|")[0]
        for row in book.live_breaks()
        if row["code"] == "STM_CONTINUITY"
    }
    assert gaps == {hashlib.sha256(OTHER.encode()).hexdigest()}
    assert late(book) == {key(DAY)}


def test_a_day_is_proven_once_its_own_file_is_here(bank):
    book = bank(seen=(MONDAY, DAY))
    for day in (MONDAY, WEDNESDAY):
        book.file("hdfc", day, OTHER)
    statements(book)
    look(book, at(0, day=FRIDAY))

    def states(account):
        return {
            row["business_date"]: row["state"] == "not_due"
            for row in book.proofs()
            if row["account_id"] == book.account(account) and row["business_date"] < THURSDAY
        }

    assert states(ACCOUNT) == {MONDAY: False, DAY: False, WEDNESDAY: True}
    assert states(OTHER) == {MONDAY: False, DAY: True, WEDNESDAY: False}
