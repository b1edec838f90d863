"""Pass truncated_reference: one reference, cut short on one side; at the edge and just past it."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

UTR = "HDFCR52026031012345678"
OURS = Row("core", "L", utr=UTR)
THEIRS = Row("hdfc", "E")
MATCHED = [frozenset({"core:L", "hdfc:E"})]


@pytest.mark.parametrize(
    ("external", "is_matched"),
    [
        pytest.param({"reference": UTR[:10]}, True, id="its first ten"),
        pytest.param({"reference": UTR[:9]}, False, id="its first nine"),
        pytest.param({"reference": UTR[-10:]}, True, id="its last ten"),
        pytest.param({"reference": UTR[5:16]}, False, id="from its middle"),
        pytest.param({"reference": "hdfcr5 2026-0310/1234"}, True, id="written otherwise"),
        pytest.param({"reference": "UTIB52026031012345678"}, True, id="the same digits"),
        pytest.param({"utr": "XX" + UTR}, True, id="longer, in the field of the UTR"),
        pytest.param({"rrn": UTR[-12:]}, True, id="in the field of the RRN"),
        pytest.param({"reference": UTR[:12], "amount": 100_01}, False, id="a paisa more"),
        pytest.param({"reference": UTR[:12], "amount": -100_00}, False, id="opposite sign"),
        pytest.param({"reference": UTR[:12], "currency": "USD"}, False, id="other currency"),
        pytest.param({"reference": UTR[:12], "account": "50100000002222"}, False, id="account"),
        pytest.param({"reference": UTR[:12], "status": "PENDING"}, False, id="not final"),
        pytest.param(
            {"reference": UTR[:12], "at": at(23, day=DAY + timedelta(days=3))}, True, id="last day"
        ),
        pytest.param(
            {"reference": UTR[:12], "at": at(0, day=DAY + timedelta(days=4))}, False, id="day late"
        ),
    ],
)
def test_one_bank_entry(book, external, is_matched):
    book.load(OURS)
    book.load(THEIRS.but(**external))
    assert book.groups_of_pass("core_hdfc", "truncated") == (MATCHED if is_matched else [])


def test_two_that_fit_are_no_match(book):
    book.load(OURS)
    book.load(THEIRS.but(reference=UTR[:12]), THEIRS.but(key="E2", reference=UTR[-12:]))
    assert book.groups_of_pass("core_hdfc", "truncated") == []


def test_two_of_ours_that_fit_are_no_match(book):
    book.load(OURS, OURS.but(key="L2", utr=UTR[:12] + "9876543210"))
    book.load(THEIRS.but(reference=UTR[:12]))
    assert book.groups_of_pass("core_hdfc", "truncated") == []


def test_another_of_the_amount_is_no_rival(book):
    book.load(OURS)
    book.load(THEIRS.but(reference=UTR[:12]), THEIRS.but(key="E2", reference="SBIN522026031099"))
    assert book.groups_of_pass("core_hdfc", "truncated") == MATCHED


def test_the_reason_shows_both(book):
    book.load(OURS)
    book.load(THEIRS.but(reference=UTR[:12]))
    book.reconcile()
    (group,) = book.rows("select pass_name, reason from recon.match_group")
    assert group["pass_name"] == "truncated"
    assert f"{UTR} and {UTR[:12]}" in group["reason"]
