"""Pass without_reference: the only two of an account and amount; at the edge and just past it."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

OURS = Row("core", "L", rrn="606912345678")
THEIRS = Row("hdfc", "E")
MATCHED = [frozenset({"core:L", "hdfc:E"})]
NEXT = at(23, day=DAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("external", "is_matched"),
    [
        pytest.param({}, True, id="none on one side"),
        pytest.param({"reference": "000000"}, True, id="noughts are none"),
        pytest.param({"reference": "  - "}, True, id="nor is a dash"),
        pytest.param({"rrn": "606912345679"}, False, id="another reference"),
        pytest.param({"reference": "CHQ00123"}, False, id="another, in its own field"),
        pytest.param({"amount": 100_01}, False, id="a paisa more"),
        pytest.param({"amount": -100_00}, False, id="opposite sign"),
        pytest.param({"currency": "USD"}, False, id="other currency"),
        pytest.param({"account": "50100000002222"}, False, id="other account"),
        pytest.param({"status": "PENDING"}, False, id="not final"),
        pytest.param({"at": NEXT}, True, id="last day"),
        pytest.param({"at": NEXT + timedelta(hours=1)}, False, id="a day late"),
        pytest.param({"at": at(10, day=DAY - timedelta(days=1))}, True, id="a day before"),
    ],
)
def test_one_bank_entry(book, external, is_matched):
    book.load(OURS)
    book.load(THEIRS.but(**external))
    found = book.groups_of_pass("core_hdfc", "without_reference")
    assert found == (MATCHED if is_matched else [])


@pytest.mark.parametrize("source", ["core", "hdfc"])
def test_a_third_of_the_amount_makes_it_no_match(book, source):
    book.load(OURS)
    book.load(THEIRS)
    book.load(Row(source, "X", at=NEXT))
    assert book.groups_of_pass("core_hdfc", "without_reference") == []


def test_a_third_beyond_the_window_is_no_rival(book):
    book.load(OURS)
    book.load(THEIRS)
    book.load(Row("hdfc", "X", at=NEXT + timedelta(hours=1)))
    # Two steps of a day chain them: no rival must be within reach of either.
    assert book.groups_of_pass("core_hdfc", "without_reference") == MATCHED


def test_what_a_reference_matched_is_no_rival(book):
    book.load(OURS, OURS.but(key="L2", rrn="606912345600"))
    book.load(THEIRS, THEIRS.but(key="E2", rrn="606912345600"))
    book.reconcile()
    assert book.groups() == {*MATCHED, frozenset({"core:L2", "hdfc:E2"})}


def test_it_gives_way_to_the_reference_that_comes_later(book):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile()
    assert book.groups() == set(MATCHED)
    book.load(THEIRS.but(key="E2", rrn="606912345678"))
    book.reconcile()
    assert book.groups() == {frozenset({"core:L", "hdfc:E2"})}
    book.load(gone=[THEIRS.but(key="E2")])
    book.reconcile()
    assert book.groups() == set(MATCHED)


def test_a_rival_that_comes_later_undoes_it(book):
    book.load(OURS)
    book.load(THEIRS)
    book.reconcile()
    book.load(THEIRS.but(key="E2"))
    book.reconcile()
    assert book.groups() == set()
