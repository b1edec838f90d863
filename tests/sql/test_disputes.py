"""Settlement lines that are kept back, and chargebacks that took money and did not return it."""

from datetime import timedelta

import pytest

from tests.sql.test_settlements import (
    BANK,
    CREDIT,
    FRIDAY_NIGHT,
    LINE,
    LINES,
    PAYMENT,
    SETTLED,
    end_of,
)

HELD = LINE.but(status="PENDING", on_hold=True)
TAKEN = LINE.but(key="adj_1@setl_1", amount=-100_00, gross=100_00, fee=0, type="WITHDRAWAL",
                 payment_id="pay_1", dispute_id="disp_1")  # fmt: skip
BACK = TAKEN.but(key="adj_2@setl_2", amount=100_00, type="DEPOSIT", settlement_id="setl_2",
                 settlement_utr="UTR2", at=SETTLED + timedelta(hours=1))  # fmt: skip
DUE = BACK.at + timedelta(hours=24)


def found(book, until=FRIDAY_NIGHT):
    book.reconcile(LINES, until)
    return {
        (row["code"], row["subject_key"], row["amount_minor"]) for row in book.live_breaks(LINES)
    }


def test_what_the_gateway_keeps_back_is_told_at_once_and_ends_with_the_money(book):
    book.load(PAYMENT)
    book.load(HELD)
    assert found(book, SETTLED + timedelta(hours=1)) == {("RESERVE_HELD", "razorpay:pay_1", 97_64)}
    assert book.live_breaks(LINES)[0]["explanation"] == (
        "The gateway reported 100.00 INR; settlement line pay_1@setl_1: amount 100.00, fee 2.36,"
        " moves 97.64 INR, and is on hold in setl_1: nothing of it was paid."
    )
    book.load(LINE.but(key="pay_1@setl_2", settlement_id="setl_2"))  # paid with another settlement
    assert found(book) == set()
    assert len(book.groups(LINES)) == 1


@pytest.mark.parametrize(("line", "code"), [
    (HELD.but(amount=97_63), "ARITHMETIC"),
    (HELD.but(on_hold=None), "MIS_IN_SETTLEMENT"),  # not paid, and nobody says it is held
    (LINE.but(on_hold=True), None),  # what is paid is not held
])  # fmt: skip
def test_only_what_is_held_and_not_paid(book, line, code):
    book.load(PAYMENT)
    book.load(line)
    assert {one for one, *_ in found(book)} == ({code} if code else set())


def test_what_is_held_is_in_no_sum_of_its_settlement(book):
    book.load(HELD, LINE.but(key="pay_2@setl_1"))
    book.load(CREDIT.but(amount=97_64))
    book.reconcile(BANK, end_of(5))
    assert book.groups(BANK) == {frozenset({"razorpay_settlement:pay_2@setl_1", "hdfc:B"})}
    assert book.breaks(BANK) == set()


@pytest.mark.parametrize(("lines", "until", "code", "amount"), [
    ([TAKEN], SETTLED, "CBK_UNMATCHED", -100_00),
    ([TAKEN, BACK], SETTLED, None, 0),
    ([TAKEN, BACK.but(dispute_id="disp_2")], DUE, "CBK_UNMATCHED", -100_00),
    ([TAKEN, BACK.but(amount=99_99)], DUE, "CBK_WON_NOT_CREDITED", -1),
    ([TAKEN, BACK.but(status="PENDING")], DUE - timedelta(hours=1), "CBK_UNMATCHED", -100_00),
    ([TAKEN, BACK.but(status="PENDING")], DUE, "CBK_WON_NOT_CREDITED", -100_00),
    ([TAKEN.but(status="PENDING")], DUE, None, 0),
    ([LINE.but(dispute_id="disp_1")], SETTLED, None, 0),  # the payment that is disputed
])  # fmt: skip
def test_a_chargeback_stands_until_it_is_returned(book, lines, until, code, amount):
    book.load(*lines)
    expected = {(code, "razorpay_settlement:adj_1@setl_1", amount)} if code else set()
    assert found(book, until) == expected


def test_a_chargeback_says_of_what_it_is(book):
    pending = BACK.but(status="PENDING")
    promised = pending.but(key="adj_3@setl_2", dispute_id="disp_2", payment_id=None)
    book.load(PAYMENT)
    book.load(TAKEN, pending, promised, TAKEN.but(
        key="adj_4@setl_1", dispute_id="disp_3", payment_id="pay_0"
    ))  # fmt: skip
    found(book, DUE)
    told = [row["explanation"] for row in book.live_breaks(LINES) if row["code"].startswith("CBK")]
    assert sorted(told) == [
        "Dispute disp_1 took 100.00 INR in settlement setl_1, of payment pay_1 (100.00 INR,"
        " 2026-03-10); 100.00 is to come back since 2026-03-12 and is not settled.",
        "Dispute disp_2, naming no payment; 100.00 is to come back since 2026-03-12 and is not"
        " settled.",
        "Dispute disp_3 took 100.00 INR in settlement setl_1, of payment pay_0, which the gateway"
        " does not report; nothing has come back.",
    ]
