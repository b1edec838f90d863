"""Ledger rows that no definition takes."""

from datetime import timedelta

import pytest

from reconciliation.rulebook import Rulebook, shipped
from tests.sql.ledger_book import DAY, Row, at

EDGE = "core_axis"  # the first that names the ledger
STRAY = Row("core", "N", bank_code="YESB")
LATE = at(0, day=DAY + timedelta(days=2))


@pytest.mark.parametrize(
    ("row", "is_stray"),
    [
        (STRAY, True),
        (STRAY.but(bank_code=None), True),
        (STRAY.but(bank_code=None, order_id="order_1", type="PAYMENT"), False),
        (STRAY.but(bank_code=None, order_id="order_1", type="TRANSFER"), True),
        (STRAY.but(bank_code=None, type="PAYMENT"), True),
        (STRAY.but(bank_code="HDFC"), False),
        (STRAY.but(status="PENDING"), True),
        (STRAY.but(status="FAILED"), False),
        (STRAY.but(source="mobile"), False),  # the app's rows are no ledger
    ],
)
def test_a_ledger_row_that_no_definition_takes(book, row, is_stray):
    book.load(row)
    book.reconcile(EDGE, LATE)
    assert book.breaks(EDGE) == ({("NO_EDGE", "core:N")} if is_stray else set())


def test_it_is_told_once_at_once_and_with_its_own_amount(book):
    book.load(STRAY)
    book.reconcile(EDGE, at(11))
    book.reconcile("core_hdfc", at(11))
    (found,) = book.live_breaks(EDGE)
    assert book.breaks() == set()
    assert (found["amount_minor"], found["business_date"]) == (100_00, DAY)
    assert found["explanation"] == (
        "No reconciliation takes it: 100.00 INR on account ••••1111 of bank YESB, without an order,"
        " TRANSFER; nobody looks for its other side."
    )


@pytest.mark.parametrize("mend", ["bank", "gone"])
def test_it_closes_when_it_belongs_somewhere_or_is_gone(book, mend):
    book.load(STRAY)
    book.reconcile(EDGE, LATE)
    if mend == "bank":
        book.load(STRAY.but(bank_code="HDFC"))
    else:
        book.load(gone=[STRAY])
    book.reconcile(EDGE, LATE)
    assert book.breaks(EDGE) == set()
    book.load(STRAY)
    book.reconcile(EDGE, LATE)
    (again,) = book.live_breaks(EDGE)
    assert again["status"] == "REOPENED"


def test_another_clause_is_another_answer(book, monkeypatch):
    book.load(STRAY)
    book.reconcile(EDGE, LATE)
    clauses = shipped().ledger_clauses(EDGE)
    wider = {"core": f"{clauses['core']} or (entry.bank_code = 'YESB')"}
    monkeypatch.setattr(Rulebook, "ledger_clauses", lambda *_: wider)
    book.reconcile(EDGE, LATE)
    assert book.breaks(EDGE) == set()


def test_only_one_edge_tells_of_the_ledger():
    assert set(shipped().ledger_clauses(EDGE)) == {"core"}
    assert (
        shipped().ledger_clauses("core_hdfc") == shipped().ledger_clauses("settlement_bank") == {}
    )
