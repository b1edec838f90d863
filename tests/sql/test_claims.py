"""Debits that are not confirmed, and the claim list of those that are not back in time."""

from datetime import timedelta

import pytest

from pipeline.claims import list_claims
from pipeline.deciding import Why
from pipeline.working_off import close
from tests.sql.ledger_book import DAY, Row, at

RRN = "606912345678"
OURS = Row("core", "L", amount=-100_00, status="FAILED", rrn=RRN, channel="ONLINE")
THEIRS = Row("hdfc", "E", amount=-100_00, rrn=RRN, at=at(10, 0, 30), channel="ONLINE",
             description=f"IMPS-{RRN}-RAVI-SBIN-x")  # fmt: skip
BACK = THEIRS.but(key="R", amount=100_00)


def days(count, hour=0):
    return at(hour, day=DAY + timedelta(days=count))


@pytest.mark.parametrize(
    ("ours", "theirs", "code"),
    [
        (OURS, THEIRS, "STS_DEBITED_NOT_CONFIRMED"),
        (OURS.but(status="PENDING"), THEIRS, "STS_DEBITED_NOT_CONFIRMED"),
        (OURS, THEIRS.but(amount=-99_00), "STS_DEBITED_NOT_CONFIRMED"),
        (OURS.but(amount=100_00), THEIRS.but(amount=100_00), "STS_BANK_DIFFERS"),
        (OURS.but(status="SUCCESS"), THEIRS.but(status="FAILED"), "STS_BANK_DIFFERS"),
        (OURS.but(status="SUCCESS"), THEIRS.but(status="PENDING"), "STS_BANK_DIFFERS"),
        (OURS, THEIRS.but(status="FAILED"), None),
    ],
)
def test_money_left_and_did_not_arrive(book, ours, theirs, code):
    book.load(ours)
    book.load(theirs)
    book.reconcile()
    assert book.breaks() == ({(code, "core:L")} if code else set())


@pytest.mark.parametrize(("until", "is_break"), [(days(1, 9), False), (days(1, 10), True)])
def test_what_is_pending_has_until_its_window_ends(book, until, is_break):
    book.load(OURS.but(status="PENDING"))
    book.load(THEIRS)
    book.reconcile(until=until)
    assert bool(book.breaks()) is is_break


@pytest.mark.parametrize(
    ("until", "over", "claim"),
    [
        (days(1, 23), 0, "0.00"),
        (days(2), 0, "0.00"),  # the end of T + 1
        (days(2, 1), 1, "100.00"),
        (days(3), 1, "100.00"),
        (days(3, 1), 2, "200.00"),
    ],
)
def test_a_hundred_rupees_a_day_beyond_its_day(book, until, over, claim):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=until)

    (found,) = list_claims(book.store, is_running=True).claims
    assert (found.rail, found.day, found.due_day) == ("IMPS", DAY, DAY + timedelta(days=1))
    assert (found.source, found.txn_id, found.ledger_txn_id) == ("hdfc", "E", "L")
    assert (found.amount, found.days_over, found.claimable) == ("-100.00", over, claim)
    listed = list_claims(book.store)
    assert (len(listed.claims), listed.total) == (1 if over else 0, claim)


@pytest.mark.parametrize(("count", "over"), [(5, 0), (6, 1)])
def test_five_days_for_a_cash_machine(book, count, over):
    book.load(OURS)
    book.load(THEIRS.but(channel="ATM", description="ATW-X"))
    book.reconcile(until=days(count, 1))
    (found,) = list_claims(book.store, is_running=True).claims
    assert (found.rail, found.days_over) == ("ATM", over)


def test_a_rail_without_a_clock_is_counted_and_not_claimed(book):
    book.load(OURS)
    book.load(THEIRS.but(description="NEFT DR-SBIN0000123-RAVI"))
    book.reconcile(until=days(30))
    found = list_claims(book.store, is_running=True)
    assert (found.claims, found.without_clock, found.total) == ((), 1, "0.00")


@pytest.mark.parametrize(("came", "over"), [(1, 0), (2, 1), (3, 2)])
def test_what_came_back_late_stays_claimable_until_that_day(book, came, over):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=days(1))
    book.load(BACK.but(at=days(came, 12)))
    book.reconcile(until=days(9))

    assert book.breaks() == set(), "the bank's two cancel each other"
    found = list_claims(book.store).claims
    assert [(one.reversed_on, one.days_over, one.status) for one in found] == (
        [(DAY + timedelta(days=came), over, "RESOLVED")] if over else []
    )


def test_what_was_confirmed_after_all_is_no_claim(book):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=days(4))
    assert len(list_claims(book.store).claims) == 1
    book.load(OURS.but(status="SUCCESS"))
    book.reconcile(until=days(5))
    assert list_claims(book.store, is_running=True).claims == ()


def test_as_of_a_past_moment(book):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=days(3))
    book.reconcile(until=days(6))
    assert list_claims(book.store).total == "400.00"
    assert list_claims(book.store, as_of=days(3)).total == "100.00"
    assert list_claims(book.store, as_of=days(3) - timedelta(seconds=1)).claims == ()


def test_what_was_claimed_stays_until_the_money_is_back(book):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=days(3))
    (one,) = list_claims(book.store).claims
    assert (one.claimed_on, list_claims(book.store).claimed) == (None, "0.00")
    close(book.store, one.break_id, "claimed", Why("from_bank", "asha"))
    book.reconcile(until=days(4))
    found = list_claims(book.store)
    (told,) = found.claims
    assert (told.status, told.claimed_by, told.days_over) == ("RESOLVED", "asha", 2)
    assert told.claimed_on is not None
    assert (found.total, found.claimed) == ("200.00", "200.00")
    (before,) = list_claims(book.store, as_of=days(3)).claims
    assert (before.status, before.claimed_on) == ("OPEN", None)

    book.load(BACK.but(at=days(4, 1)))
    book.reconcile(until=days(5))
    assert list_claims(book.store, is_running=True).claims == ()


def test_what_was_closed_otherwise_is_no_claim(book):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile(until=days(3))
    (one,) = list_claims(book.store).claims
    close(book.store, one.break_id, "not_a_break", Why("known_timing", "asha", "told by the bank"))
    assert list_claims(book.store, is_running=True).claims == ()
