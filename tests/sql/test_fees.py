"""Fees of settlement lines against the contract: cards 2 %, UPI nothing, 18 % GST on it."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

EDGE = "gateway_settlement"
FRIDAY_NIGHT = at(0, day=DAY + timedelta(days=4))
PAYMENT = Row("razorpay", "pay_1", amount=100_00, type="PAYMENT", payment_id="pay_1", method="card")
LINE = Row("razorpay_settlement", "pay_1@setl_1", amount=97_64, gross=100_00, fee=2_36, tax=36,
           type="PAYMENT", at=at(9, day=DAY + timedelta(days=2)),
           settlement_id="setl_1")  # fmt: skip


def taking(fee, tax):
    return LINE.but(fee=fee, tax=tax, amount=100_00 - fee)


@pytest.mark.parametrize(
    ("method", "line", "code", "amount"),
    [
        ("card", LINE, None, 0),
        ("card", taking(2_37, 36), None, 0),  # a paisa is rounding
        ("card", taking(2_38, 36), "FEE_MDR_VARIANCE", -2),
        ("card", taking(2_35, 36), None, 0),
        ("card", taking(2_34, 36), "FEE_MDR_VARIANCE", 2),
        ("card", taking(2_37, 37), None, 0),
        ("card", taking(2_38, 38), "TAX_GST_VARIANCE", -2),
        ("card", taking(2_34, 34), "TAX_GST_VARIANCE", 2),
        ("card", taking(3_54, 54), "FEE_MDR_VARIANCE", -1_00),
        ("upi", taking(0, 0), None, 0),
        ("upi", taking(1, 0), "FEE_ZERO_MDR_CHARGED", -1),
        ("netbanking", taking(2_24, 34), None, 0),
        ("wallet", taking(9_00, 0), None, 0),  # the contract does not name it
        (None, taking(9_00, 0), None, 0),
        ("card", LINE.but(tax=None), None, 0),
    ],
)
def test_a_fee_and_its_contract(book, method, line, code, amount):
    book.load(PAYMENT.but(method=method))
    book.load(line)
    book.reconcile(EDGE, FRIDAY_NIGHT)

    assert len(book.groups(EDGE)) == 1, "it stays matched: what moved is agreed"
    assert book.breaks(EDGE) == ({(code, "razorpay:pay_1")} if code else set())
    assert [row["amount_minor"] for row in book.live_breaks(EDGE)] == ([amount] if code else [])


def test_what_a_person_reads(book):
    book.load(PAYMENT)
    book.load(taking(3_54, 54))
    book.reconcile(EDGE, FRIDAY_NIGHT)
    (found,) = book.live_breaks(EDGE)
    assert found["explanation"] == (
        "Settled pay_1, card, 100.00 INR: fee 3.00 and GST 0.54; the contract says 2.00 (2.00 %)"
        " and 18 % of the fee."
    )


def test_it_closes_when_the_line_is_restated_and_opens_again(book):
    book.load(PAYMENT)
    book.load(taking(3_54, 54))
    book.reconcile(EDGE, FRIDAY_NIGHT)
    book.load(LINE)
    book.reconcile(EDGE, FRIDAY_NIGHT)
    assert book.breaks(EDGE) == set()
    book.load(taking(3_54, 54))
    book.reconcile(EDGE, FRIDAY_NIGHT)
    (again,) = book.live_breaks(EDGE)
    assert (again["code"], again["status"]) == ("FEE_MDR_VARIANCE", "REOPENED")
    book.load(gone=[LINE])
    book.reconcile(EDGE, FRIDAY_NIGHT)
    assert book.breaks(EDGE) == {("MIS_IN_SETTLEMENT", "razorpay:pay_1")}
