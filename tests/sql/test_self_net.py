"""Pass self_net: a debit and its own reversal credit on one side."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

RRN = "606912345678"
DEBIT = Row("hdfc", "D", amount=-100_00, rrn=RRN, at=at(10))
CREDIT = Row("hdfc", "C", amount=100_00, rrn=RRN, at=at(12))
# 10 March 2026 is a Tuesday; the 14th is a 2nd Saturday and the 15th a Sunday.
FIVE_BUSINESS_DAYS = DAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("credit", "is_match"),
    [
        pytest.param(CREDIT, True, id="same day"),
        pytest.param(CREDIT.but(at=at(10)), True, id="at once"),
        pytest.param(CREDIT.but(at=at(9, 59, 59)), False, id="credit first"),
        pytest.param(CREDIT.but(at=at(23, 59, day=FIVE_BUSINESS_DAYS)), True, id="fifth day"),
        pytest.param(
            CREDIT.but(at=at(0, day=FIVE_BUSINESS_DAYS + timedelta(days=1))), False, id="sixth day"
        ),
        pytest.param(CREDIT.but(amount=100_01), False, id="a paisa more"),
        pytest.param(CREDIT.but(currency="USD"), False, id="other currency"),
        pytest.param(CREDIT.but(account="50100000002222"), False, id="other account"),
        pytest.param(CREDIT.but(status="PENDING"), False, id="not final"),
        pytest.param(CREDIT.but(rrn=None), False, id="no reference"),
        pytest.param(CREDIT.but(source="core"), False, id="the other side"),
    ],
)
def test_a_debit_and_a_credit(book, credit, is_match):
    book.load(DEBIT)
    book.load(credit)

    expected = [frozenset({"hdfc:D", "hdfc:C"})] if is_match else []
    assert book.groups_of_pass("core_hdfc", "self_net") == expected


def test_two_credits_are_one_too_many(book):
    book.load(DEBIT, CREDIT, CREDIT.but(key="C2", at=at(13)))

    assert book.groups_of_pass("core_hdfc", "self_net") == []


def test_it_nets_on_both_sides_and_leaves_no_break(book):
    ours = [DEBIT.but(source="core"), CREDIT.but(source="core")]
    book.load(*ours)
    book.load(DEBIT, CREDIT)
    book.reconcile()

    assert book.groups() == {
        frozenset({"core:D", "core:C"}),
        frozenset({"hdfc:D", "hdfc:C"}),
    }
    assert book.breaks() == set()


def test_own_account_transfers_are_labelled_and_each_leg_keeps_its_account(book):
    leg = {"rrn": None, "utr": "SBIN322147057322"}
    out = Row("core", "OUT", amount=-50_00, **leg)
    into = Row("core", "IN", amount=50_00, account="50100000002222", **leg)
    book.load(out, into)
    book.load(out.but(source="hdfc"), into.but(source="hdfc"))
    book.reconcile()

    assert book.groups() == {
        frozenset({"core:OUT", "hdfc:OUT"}),
        frozenset({"core:IN", "hdfc:IN"}),
    }
    reasons = {row["reason"] for row in book.rows("select reason from recon.match_group")}
    assert reasons == {
        "same UTR SBIN322147057322, account, amount and direction, same day; own-account TRANSFER"
    }
