"""Turnaround clocks: which one runs, until when, and what a day beyond it is worth."""

from datetime import date, timedelta

import pytest

from reconciliation.turnaround import Clock, Told, clock_of, days_over, due_day

T = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("told", "clock"),
    [
        (Told("UPI", narration="UPI/P2A/409374856309/RAVI/SBIN/x"), Clock("UPI P2P", 1)),
        (Told("UPI", narration="UPI/P2M/409374856309/STORE/SBIN/x"), Clock("UPI P2M", 5)),
        (Told("UPI", narration="UPI-RAVI-r@upi-SBIN0000123-409374856309-P2A"),
         Clock("UPI P2M", 5)),  # a note is no rail; where nothing says a person, the later day
        (Told("UPI"), Clock("UPI P2M", 5)),
        (Told("ONLINE", narration="MMT/IMPS/409374856309/x/RAVI/SBIN"), Clock("IMPS", 1)),
        (Told("ONLINE", narration="TO TRANSFER-IMPS/409374856309/SBIN"), Clock("IMPS", 1)),
        (Told("ATM"), Clock("ATM", 5)),
        (Told("POS", "PAYMENT"), Clock("POS", 5)),
        (Told("ONLINE", "PAYMENT"), Clock("CNP", 5)),
        (Told("ONLINE", merchant_id="M1"), Clock("CNP", 5)),
        (Told("BRANCH", narration="AEPS/409374856309"), Clock("AePS", 5)),
        (Told("ONLINE", narration="C2C 4166XX"), Clock("card to card", 1)),
        (Told("ONLINE", "PAYMENT", "NEFT DR-SBIN0000123-IMPS TRADERS"), None),
        (Told("ONLINE", "TRANSFER", "RTGS/SBINR5"), None),
        (Told("ONLINE", "TRANSFER", "ACH D- X"), None),
        (Told("BRANCH", "PAYMENT"), None),
        (Told(), None),
    ],
)  # fmt: skip
def test_which_clock(told, clock):
    assert clock_of(told) == clock


def test_the_bank_speaks_first_and_the_ledger_where_the_bank_says_nothing():
    imps, atm = Told("ONLINE", narration="IMPS X"), Told("ATM")
    assert clock_of(atm, imps) == Clock("ATM", 5)
    assert clock_of(Told("ONLINE"), imps) == Clock("IMPS", 1)
    assert clock_of(Told("ONLINE", narration="NEFT X"), imps) is None


@pytest.mark.parametrize(("days", "over"), [(0, 0), (1, 0), (2, 1), (9, 8)])
def test_a_day_over(days, over):
    clock = Clock("IMPS", 1)
    assert due_day(T, clock) == T + timedelta(days=1)
    assert days_over(T, clock, T + timedelta(days=days)) == over


def test_they_are_calendar_days():
    saturday = date(2026, 3, 14)
    assert due_day(saturday, Clock("ATM", 5)) == date(2026, 3, 19)
