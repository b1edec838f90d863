"""`trace` as a person types it: whole words in 80 columns, JSON of text amounts, how it ends."""

import re
from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, LedgerBook, Row, at

PAY, RFND, SETL, ORDER = (f"{kind}_{'0' * 12}N1" for kind in ("pay", "rfnd", "setl", "order"))
UTR = "RZRP173069230703"
SETTLED = at(9, day=DAY + timedelta(days=2))
PAYMENT = Row("razorpay", PAY, type="PAYMENT", payment_id=PAY, order_id=ORDER,
              bank_code="RAZORPAY")  # fmt: skip
CORE = Row("core", "CORE-000001", type="PAYMENT", order_id=ORDER, bank_code=None)
LINE = Row("razorpay_settlement", f"{PAY}@{SETL}", amount=97_64, gross=100_00, fee=2_36, tax=36,
           type="PAYMENT", at=SETTLED, payment_id=PAY, order_id=ORDER, settlement_id=SETL,
           settlement_utr=UTR)  # fmt: skip
CREDIT = Row("hdfc", "HDFC000001", amount=97_64, at=SETTLED, utr=UTR, settlement_utr=UTR)
EDGES = ("core_gateway_mobile", "gateway_settlement", "settlement_bank", "core_hdfc")


@pytest.fixture
def books(store, owner_store):
    """An order that was paid, failed on the app, settled, and credited."""
    book = LedgerBook(store, owner_store)
    book.load(PAYMENT)
    book.load(CORE)
    book.load(CORE.but(source="mobile", key="APP-000001", status="FAILED"))
    book.load(LINE)
    book.load(CREDIT)
    book.header(SETL, UTR, 97_64)
    for name in EDGES:
        book.reconcile(name, at(0, day=DAY + timedelta(days=4)))
    return book


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def words_of(text):
    return set(re.split(r"[\s│]+", text))


def test_an_order_on_the_terminal(recon, books, narrow):
    ended = recon("trace", ORDER)

    assert (ended.code, ended.err) == (0, "")
    assert all(len(line) <= 80 for line in ended.out.splitlines())
    words = words_of(ended.out)
    assert {PAY, ORDER, UTR, SETL, "CORE-000001", "APP-000001", "HDFC000001", "97.64"} <= words
    assert "credited to HDFC ••••1111 on 2026-03-12" in " ".join(ended.out.split())
    assert "mobile disagrees with core and gateway" in " ".join(ended.out.split())
    assert "(100.00 INR less fee 2.36 INR, GST 0.36 INR in it)" in " ".join(ended.out.split())
    assert "STS_MOBILE_DIFFERS" in words
    assert "\x1b[" not in ended.out


def test_a_settlement_on_the_terminal(recon, books, narrow):
    ended = recon("trace", UTR)

    assert ended.code == 0
    assert all(len(line) <= 80 for line in ended.out.splitlines())
    assert {PAY, ORDER, SETL, "HDFC000001", "97.64"} <= words_of(ended.out)
    assert "Lines, header and bank credit agree to the paisa." in ended.out
    assert "1 of 1 lines" in ended.out
    assert "0.36" in words_of(ended.out)


def test_as_json_amounts_are_text(recon, books):
    [order] = recon("trace", ORDER, "--json").data["orders"]
    assert order["places"][0]["state"] == "credited"
    entries = {entry["txn_id"]: entry for entry in order["entries"]}
    line = entries[f"{PAY}@{SETL}"]
    assert (line["gross"], line["fee"], line["tax"], line["amount"]) == (
        "100.00", "2.36", "0.36", "97.64",
    )  # fmt: skip
    assert entries["APP-000001"]["standings"][0]["breaks"][0]["code"] == "STS_MOBILE_DIFFERS"
    [settlement] = recon("trace", SETL, "--json").data["settlements"]
    assert (settlement["credits"][0]["account_id"], settlement["sums"][0]["net"]) == (
        "••••1111", "97.64",
    )  # fmt: skip
    assert settlement["does_not_add_up"] == []
    assert (settlement["lines"][0]["code"], settlement["settled_day"]) == (
        "STS_MOBILE_DIFFERS", "2026-03-12",
    )  # fmt: skip


def test_several_meanings_are_each_shown(recon, books):
    books.load(Row("hdfc", ORDER, rrn="409374856309"))
    books.reconcile("core_hdfc", at(0, day=DAY + timedelta(days=4)))

    ended = recon("trace", ORDER)
    assert f"{ORDER} means 2 things" in ended.out
    assert {"409374856309", UTR} <= words_of(ended.out)


def test_nothing_found_says_what_is_looked_up_or_what_is_near(recon, books):
    nothing = recon("trace", "zzz")
    near = recon("trace", ORDER.removeprefix("order_"), "--json")

    assert (nothing.code, nothing.out, near.code, near.out) == (2, "", 2, "")
    assert "RRNs" in nothing.err
    assert f"Did you mean {ORDER}" in " ".join(near.err.split())


def test_before_anything_was_known_there_is_nothing(recon, books):
    ended = recon("trace", ORDER, "--as-of", "2026-03-01")

    assert ended.code == 2
    assert "nothing then has the id" in ended.err


def test_what_is_open_is_said_in_a_sentence_and_once(recon, store, owner_store):
    book = LedgerBook(store, owner_store)
    book.load(LINE)
    book.load(CREDIT.but(amount=97_60), CREDIT.but(key="H2", utr="NEFT1", settlement_utr=None))
    for name in EDGES[1:]:
        book.reconcile(name, at(0, day=DAY + timedelta(days=4)))

    settled = " ".join(recon("trace", UTR).out.split())
    assert settled.count("It does not add up") == 1
    assert "it does not add up" not in settled
    alone = " ".join(recon("trace", "NEFT1").out.split())
    assert "• H2: 97.64 INR credited to HDFC ••••1111 on 2026-03-12; our ledger does not" in alone
    (place,) = recon("trace", "NEFT1", "--json").data["places"]
    assert (place["entity_id"], place["state"]) == ("H2", "unexplained")
