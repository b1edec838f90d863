"""Entries that stand alone: reversals, charges, references that are missing or contradict."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

RRN, UTR = "606912345678", "SBIN322147057322"
OURS = Row("core", "L", amount=-100_00, rrn=RRN)
THEIRS = Row("hdfc", "E", amount=-100_00, rrn=RRN, at=at(10, 0, 30))
LATER = at(9, day=DAY + timedelta(days=20))
END = at(12, day=DAY + timedelta(days=22))


def found(book, *rows, until=END):
    for source in ("core", "hdfc"):
        own = [row for row in rows if row.source == source]
        if own:
            book.load(*own)
    book.reconcile(until=until)
    return book.breaks()


UNDONE = OURS.but(key="U", amount=100_00, at=at(12))


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        pytest.param([OURS, UNDONE, THEIRS], {("STS_REVERSAL_DUE", "hdfc:E")},
                     id="we undid it, the bank did not"),
        pytest.param([OURS, THEIRS, THEIRS.but(key="R", amount=100_00)],
                     {("STS_REVERSAL_DUE", "core:L")}, id="the bank undid it, we did not"),
        pytest.param([OURS, UNDONE, THEIRS.but(amount=-100_01)], {("MIS_IN_LEDGER", "hdfc:E")},
                     id="another amount"),
        pytest.param([OURS, UNDONE, THEIRS.but(rrn="1")], {("MIS_IN_LEDGER", "hdfc:E")},
                     id="another reference"),
        pytest.param([OURS, UNDONE, THEIRS.but(account="50100000002222")],
                     {("MIS_IN_LEDGER", "hdfc:E")}, id="another account"),
        pytest.param([OURS, THEIRS, THEIRS.but(key="R", amount=100_00, at=LATER)],
                     {("STS_REVERSAL_DUE", "hdfc:R")}, id="undone long after it was matched"),
        pytest.param([OURS, THEIRS, OURS.but(key="U", amount=100_00, at=LATER)],
                     {("STS_REVERSAL_DUE", "core:U")}, id="we undid it long after"),
        pytest.param([OURS.but(at=LATER), THEIRS.but(at=LATER),
                      THEIRS.but(key="R", amount=100_00)],
                     {("MIS_IN_LEDGER", "hdfc:R")}, id="a credit before the debit undoes nothing"),
    ],
)  # fmt: skip
def test_one_side_has_undone_it(book, rows, codes):
    assert found(book, *rows) == codes


def test_a_reversal_is_due_when_its_window_is_over(book):
    rows = [OURS, UNDONE, THEIRS.but(at=at(10))]
    assert found(book, *rows, until=at(9, day=DAY + timedelta(days=1))) == set()
    assert found(book, until=at(10, day=DAY + timedelta(days=1))) == {
        ("STS_REVERSAL_DUE", "hdfc:E")
    }
    (one,) = book.live_breaks()
    assert one["explanation"] == (
        "core holds it as L with its reversal; the reversal of -100.00 INR is due on this side."
    )


SAYS_SO = Row("hdfc", "R", rrn=RRN, description=f"REV-UPI-{RRN}-RAVI")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (SAYS_SO, "STS_REVERSAL_WITHOUT_ORIGINAL"),
        (SAYS_SO.but(description=f"BY TRANSFER-REVERSAL/{RRN}"), "STS_REVERSAL_WITHOUT_ORIGINAL"),
        (SAYS_SO.but(description=f"UPI-A-B-REV-{RRN}"), "MIS_IN_LEDGER"),  # the fourth word
        (SAYS_SO.but(description="REVATHI STORES"), "MIS_IN_LEDGER"),
        (SAYS_SO.but(description=None), "MIS_IN_LEDGER"),
    ],
)
def test_a_reversal_of_nothing(book, row, code):
    assert found(book, row) == {(code, "hdfc:R")}


def test_a_late_reversal_of_what_is_there_is_not_without_original(book):
    assert found(book, THEIRS, SAYS_SO.but(at=LATER)) == {
        ("MIS_IN_LEDGER", "hdfc:E"), ("MIS_IN_LEDGER", "hdfc:R"),
    }  # fmt: skip


CHARGE = Row("hdfc", "F", amount=-23_60, description="SMS CHARGES QTR END DEC")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (CHARGE, "FEE_BANK_CHARGE_UNBOOKED"),
        (CHARGE.but(description="DEBIT CARD ANNUAL MAINTENANCE FEE"), "FEE_BANK_CHARGE_UNBOOKED"),
        (CHARGE.but(description="CGST ON SMS"), "FEE_BANK_CHARGE_UNBOOKED"),
        (CHARGE.but(utr="CHG20260310", description="NEFT CHGS 100326"), "FEE_BANK_CHARGE_UNBOOKED"),
        (CHARGE.but(utr=UTR, description=f"NEFT DR-SBIN0000123-SCHOOL-FEES-{UTR}"),
         "MIS_IN_LEDGER"),
        (CHARGE.but(rrn=RRN), "MIS_IN_LEDGER"),  # a payment by UPI has a note, not a charge
        (CHARGE.but(amount=23_60), "MIS_IN_LEDGER"),
        (CHARGE.but(description="CHARGESHEET LEGAL"), "MIS_IN_LEDGER"),
        (CHARGE.but(source="core"), "MIS_IN_BANK"),
    ],
)  # fmt: skip
def test_a_charge_that_nobody_booked(book, row, code):
    assert found(book, row) == {(code, f"{row.source}:F")}


TWO = OURS.but(utr=UTR)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (THEIRS.but(key="E2", rrn=None, utr=UTR), "REF_CONFLICT"),
        (THEIRS.but(key="E2", rrn=None, utr=UTR, amount=-99_00), "MIS_IN_LEDGER"),
        (THEIRS.but(key="E2", rrn=None, utr=UTR, account="50100000002222"), "MIS_IN_LEDGER"),
        (THEIRS.but(key="E2", rrn=None, utr=UTR, at=at(10, day=DAY + timedelta(days=3))),
         "REF_CONFLICT"),
        (THEIRS.but(key="E2", rrn=None, utr=UTR, at=at(10, day=DAY + timedelta(days=4))),
         "MIS_IN_LEDGER"),
        (THEIRS.but(key="E2", at=at(11)), "DUP_SAME_SOURCE"),  # one reference, told twice
    ],
)  # fmt: skip
def test_two_references_name_two_partners(book, other, code):
    assert found(book, TWO, THEIRS, other) == {(code, "hdfc:E2")}


@pytest.mark.parametrize(
    ("bare", "other", "codes"),
    [
        pytest.param({}, {}, {("AMBIGUOUS", "core:L")}, id="either could be it"),
        pytest.param({"reference": "CHQ77"}, {}, {("MIS_IN_LEDGER", "hdfc:E"),
                     ("MIS_IN_BANK", "core:L"), ("MIS_IN_BANK", "core:L2")}, id="it has one"),
        pytest.param({"amount": -100_01}, {}, {("MIS_IN_LEDGER", "hdfc:E"),
                     ("MIS_IN_BANK", "core:L"), ("MIS_IN_BANK", "core:L2")}, id="nothing near"),
    ],
)  # fmt: skip
def test_a_reference_is_missing(book, bare, other, codes):
    rows = [OURS, OURS.but(key="L2", rrn="2", **other), THEIRS.but(rrn=None, **bare)]
    assert found(book, *rows) == codes
