"""Breaks of ledger against bank: which code, on whom, and from when."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

RRN = "606912345678"
OURS = Row("core", "L", rrn=RRN)
THEIRS = Row("hdfc", "E", rrn=RRN, at=at(10, 0, 30))
DUE = at(10, day=DAY + timedelta(days=1))
LATE = at(0, day=DAY + timedelta(days=2))


@pytest.mark.parametrize(
    ("ours", "theirs", "codes"),
    [
        pytest.param([OURS], [], {("MIS_IN_BANK", "core:L")}, id="ledger alone"),
        pytest.param([], [THEIRS], {("MIS_IN_LEDGER", "hdfc:E")}, id="bank alone"),
        pytest.param([OURS], [THEIRS.but(amount=98_99)], {("AMT_SHORT", "core:L")}, id="short"),
        pytest.param([OURS], [THEIRS.but(amount=101_01)], {("AMT_OVER", "core:L")}, id="over"),
        pytest.param([OURS], [THEIRS.but(amount=99_00)], set(), id="short by a rupee: rounded"),
        pytest.param([OURS.but(amount=-100_00)], [THEIRS.but(amount=-98_99)],
                     {("AMT_SHORT", "core:L")}, id="short by absolute value"),
        pytest.param([OURS], [THEIRS.but(currency="USD")], {("CURRENCY", "core:L")},
                     id="currency"),
        pytest.param([OURS], [THEIRS.but(amount=-100_00)], {("DIRECTION", "core:L")},
                     id="direction"),
        pytest.param([OURS], [THEIRS.but(account="50100000002222")], {("ACCOUNT", "core:L")},
                     id="account"),
        pytest.param([OURS], [THEIRS.but(account="50100000002222", amount=99_00)],
                     {("MIS_IN_BANK", "core:L"), ("MIS_IN_LEDGER", "hdfc:E")},
                     id="account and amount: another movement"),
        pytest.param([OURS], [THEIRS.but(status="FAILED")], {("STS_BANK_DIFFERS", "core:L")},
                     id="bank failed"),
        pytest.param([OURS.but(status="FAILED")], [THEIRS], {("STS_BANK_DIFFERS", "core:L")},
                     id="ledger failed"),
        pytest.param([OURS], [THEIRS.but(status="FAILED", amount=99_00)],
                     {("STS_BANK_DIFFERS", "core:L")}, id="status before amount"),
        pytest.param([OURS.but(status="FAILED")], [THEIRS.but(status="FAILED")], set(),
                     id="both failed"),
        pytest.param([OURS.but(status="FAILED")], [], set(), id="failed alone"),
        pytest.param([], [THEIRS.but(status="PENDING")], {("STS_DEEMED_PENDING", "hdfc:E")},
                     id="pending alone"),
        pytest.param([OURS], [THEIRS, THEIRS.but(key="E2", at=at(11))],
                     {("DUP_SAME_SOURCE", "hdfc:E2")}, id="twice"),
        pytest.param([OURS, OURS.but(key="L2", at=at(11))], [THEIRS],
                     {("DUP_SAME_SOURCE", "core:L2")}, id="booked twice"),
        pytest.param([OURS], [THEIRS, THEIRS.but(key="E2")], {("AMBIGUOUS", "core:L")},
                     id="twice at one moment"),
        pytest.param([OURS], [THEIRS.but(amount=90_00), THEIRS.but(key="E2", amount=80_00)],
                     {("AMBIGUOUS", "core:L")}, id="two that differ"),
        pytest.param([OURS], [THEIRS.but(at=at(10, day=DAY - timedelta(days=4)))],
                     {("MIS_IN_BANK", "core:L"), ("MIS_IN_LEDGER", "hdfc:E")},
                     id="an older movement of that reference"),
        pytest.param([OURS.but(key="L0", at=at(10, day=DAY - timedelta(days=3))), OURS],
                     [THEIRS.but(at=at(10, day=DAY + timedelta(days=3)))],
                     {("DUP_SAME_SOURCE", "core:L0")},
                     id="the first of a chain is out of its window"),
        pytest.param([OURS.but(rrn=None)], [THEIRS.but(rrn=None)], set(),
                     id="no reference, the only two of their amount"),
        pytest.param([OURS.but(rrn=None)],
                     [THEIRS.but(rrn=None, at=at(10, day=DAY + timedelta(days=2)))],
                     {("REF_MISSING", "core:L"), ("REF_MISSING", "hdfc:E")},
                     id="no reference and too far apart"),
    ],
)  # fmt: skip
def test_what_it_is(book, ours, theirs, codes):
    for rows in (ours, theirs):
        if rows:
            book.load(*rows)
    book.reconcile(until=at(0, day=DAY + timedelta(days=5)))
    assert book.breaks() == codes


@pytest.mark.parametrize(
    ("until", "theirs", "code"),
    [
        (DUE - timedelta(hours=1), None, None),
        (DUE, None, "MIS_IN_BANK"),
        (at(11), THEIRS.but(amount=90_00), "AMT_SHORT"),
        (at(11), THEIRS.but(status="FAILED"), "STS_BANK_DIFFERS"),
        (DUE - timedelta(hours=1), THEIRS.but(status="PENDING"), None),
        (DUE, THEIRS.but(status="PENDING"), "STS_BANK_DIFFERS"),
    ],
)
def test_from_when(book, until, theirs, code):
    book.load(OURS)
    if theirs:
        book.load(theirs)
    book.reconcile(until=until)
    assert book.breaks() == ({(code, "core:L")} if code else set())


def test_a_day_only_is_over_at_its_end(book):
    book.load(OURS.but(at=None, day=DAY))
    book.reconcile(until=at(23, day=DAY + timedelta(days=1)))
    assert book.breaks() == set()
    book.reconcile(until=LATE)
    assert book.breaks() == {("MIS_IN_BANK", "core:L")}


@pytest.mark.parametrize(("moment", "reason"), [
    (at(20, 59, 59), "TIM_IN_TRANSIT"), (at(21), "TIM_CUTOFF"),
])  # fmt: skip
def test_why_it_may_wait(book, moment, reason):
    book.load(OURS.but(at=moment), OURS.but(key="F", status="FAILED"))
    book.reconcile(until=at(23))
    found = book.rows("select reason, role, due_at from recon.open_entry order by role")
    assert [(row["reason"], row["role"]) for row in found] == [
        (None, "information"),
        (reason, "money"),
    ]
    assert [row["due_at"] for row in found] == [None, moment + timedelta(days=1)]


def test_what_a_person_reads(book):
    book.load(OURS, OURS.but(key="L2", rrn="606912345000", amount=25_00))
    book.load(THEIRS.but(amount=90_00), THEIRS.but(key="E2", rrn="606912349999", amount=25_00))
    book.reconcile(until=LATE)
    words = {row["subject"]: row["explanation"] for row in book.live_breaks()}
    assert words["core:L"] == (
        f"Same RRN {RRN} on both sides: ledger 100.00 INR SUCCESS on account ••••1111;"
        " hdfc 90.00 INR SUCCESS on account ••••1111."
    )
    assert words["core:L2"] == (
        "Looked for RRN 606912345000 with 25.00 INR on account ••••1111 within 3 days: the bank"
        " has none. Nearest: E2 of hdfc, same account and amount on 2026-03-10, other reference."
    )


def test_candidates_are_listed_and_end_with_the_doubt(book):
    book.load(OURS)
    book.load(THEIRS, THEIRS.but(key="E2"))
    book.reconcile(until=LATE)
    live = "select count(*) as n from recon.candidate where known_to is null"
    assert book.rows(live) == [{"n": 4}]  # each bank entry and the ledger's, both ways
    book.load(gone=[THEIRS.but(key="E2")])
    book.reconcile(until=LATE)

    assert book.rows(live) == [{"n": 0}]
    assert book.groups() == {frozenset({"core:L", "hdfc:E"})}
    assert book.breaks() == set()


def test_amounts_of_breaks(book):
    book.load(OURS, OURS.but(key="L2", rrn="2", amount=-70_00))
    book.load(THEIRS.but(amount=90_00), THEIRS.but(key="E3", rrn="3", amount=-5_00))
    book.reconcile(until=LATE)
    assert {row["subject"]: row["amount_minor"] for row in book.live_breaks()} == {
        "core:L": -10_00,  # external − ledger
        "core:L2": -70_00,  # alone: its own
        "hdfc:E3": -5_00,
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "anchor", "told"),
    [
        ([], [THEIRS.but(status="PENDING")], "hdfc:E",
         f"Still pending in hdfc, past its window. Looked for RRN {RRN} with 100.00 INR on account"
         " ••••1111 within 3 days: the ledger has none. No single entry of its amount is open"
         " near it."),
        ([OURS.but(status="PENDING")], [THEIRS.but(status="FAILED")], "core:L",
         f"Still pending in the ledger, past its window. By RRN {RRN} with 100.00 INR on account"
         " ••••1111 the bank has E of hdfc 100.00 INR FAILED, which is final: the two do not"
         " agree."),
        ([OURS.but(status="FAILED")], [THEIRS.but(status="PENDING")], "hdfc:E",
         f"Still pending in hdfc, past its window. By RRN {RRN} with 100.00 INR on account ••••1111"
         " the ledger has L of core 100.00 INR FAILED, which is final: the two do not agree."),
        ([OURS.but(status="PENDING")], [THEIRS.but(status="PENDING")], "core:L",
         f"Same RRN {RRN} on both sides: ledger 100.00 INR PENDING on account ••••1111; hdfc 100.00"
         " INR PENDING on account ••••1111."),
    ],
)  # fmt: skip
def test_what_is_pending_says_which_side_and_what_the_other_has(book, ours, theirs, anchor, told):
    for row in (*ours, *theirs):
        book.load(row)
    book.reconcile(until=at(0, day=DAY + timedelta(days=3)))
    assert book.breaks() == {("STS_DEEMED_PENDING", anchor)}
    (found,) = book.live_breaks()
    assert found["explanation"] == told


def test_what_is_pending_beside_several_says_that_nothing_says_which(book):
    book.load(OURS.but(status="PENDING"))
    for number in range(4):
        book.load(THEIRS.but(key=f"E{number}", status="FAILED", at=at(10, number)))
    book.reconcile(until=at(0, day=DAY + timedelta(days=3)))
    (found,) = book.live_breaks()
    assert found["code"] == "STS_DEEMED_PENDING"
    assert found["explanation"].endswith(
        "E1 of hdfc 100.00 INR FAILED; E2 of hdfc 100.00 INR FAILED; and 1 more: nothing says"
        " which of them it is."
    )
