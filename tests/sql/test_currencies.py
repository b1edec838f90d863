"""Breaks of two currencies: nothing is subtracted across them, whatever the code is."""

import pytest

from tests.sql.test_ledger_bank import LATE, OURS, THEIRS
from tests.sql.test_settlements import BACK, BANK, CREDIT, FRIDAY_NIGHT, LINE, LINES, PAYMENT
from tests.sql.test_three_way import CORE, EDGE, GATEWAY, MOBILE


def only(book, name):
    (found,) = book.rows(
        "select code, amount_minor, currency, explanation from recon.break"
        " where reconciliation = :name and status <> 'RESOLVED'",
        name=name,
    )
    return found


def said(found):
    return found["code"], found["amount_minor"], found["currency"]


def test_ledger_and_bank(book):
    book.load(OURS.but(amount=-100_00))
    book.load(THEIRS.but(amount=-1_20, currency="USD"))
    book.reconcile("core_hdfc", LATE)

    found = only(book, "core_hdfc")
    assert said(found) == ("CURRENCY", -100_00, "INR")
    assert "-100.00 INR" in found["explanation"]
    assert "-1.20 USD" in found["explanation"]


def test_core_gateway_and_mobile(book):
    book.load(CORE)
    book.load(GATEWAY.but(amount=1_20, currency="USD"))
    book.load(MOBILE)
    book.reconcile(EDGE, LATE)

    found = only(book, EDGE)
    assert said(found) == ("CURRENCY", 100_00, "INR")
    assert "1.20 USD" in found["explanation"]


def test_two_attempts_at_one_moment_and_two_currencies(book):
    book.load(CORE)
    book.load(
        GATEWAY.but(amount=1_20, currency="USD"),
        GATEWAY.but(key="pay_2", payment_id="pay_2", amount=1_20, currency="USD"),
    )
    book.load(MOBILE)
    book.reconcile(EDGE, LATE)

    found = [row for row in book.live_breaks(EDGE) if row["code"] == "AMBIGUOUS"]
    assert found
    amounts = book.rows("select amount_minor, currency from recon.break where code = 'AMBIGUOUS'")
    assert (100_00, "INR") in {(row["amount_minor"], row["currency"]) for row in amounts}


@pytest.mark.parametrize(
    ("line", "code"),
    [(LINE.but(currency="USD"), "CURRENCY"), (LINE.but(currency="USD", fee=0), "ARITHMETIC")],
    ids=["adds up", "does not add up"],
)
def test_a_payment_and_its_line(book, line, code):
    book.load(PAYMENT)
    book.load(line)
    book.reconcile(LINES, FRIDAY_NIGHT)

    found = only(book, LINES)
    assert said(found) == (code, 100_00, "INR")
    assert "97.64 USD" in found["explanation"]


@pytest.mark.parametrize(
    ("header", "credit", "code"),
    [(57_64, CREDIT.but(currency="USD"), "CURRENCY"),
     (60_00, CREDIT.but(currency="USD", amount=60_00), "ARITHMETIC")],
    ids=["header agrees", "header differs"],
)  # fmt: skip
def test_a_settlement_and_its_credit(book, header, credit, code):
    book.load(LINE, BACK)
    book.header("setl_1", "UTR1", header)
    book.load(credit)
    book.reconcile(BANK, FRIDAY_NIGHT)

    found = only(book, BANK)
    assert said(found) == (code, 57_64, "INR")
    assert "give 57.64 INR" in found["explanation"]
    assert f"{credit.amount // 100}.{credit.amount % 100:02} USD" in found["explanation"]
