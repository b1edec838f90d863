"""One movement that is missing is a break wherever it is compared, and each names the others."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from pipeline.deciding import Why
from pipeline.reports import find_breaks
from pipeline.working_off import ask_write_off, close
from reconciliation.break_story import doubts
from tests.pipeline.test_tracing import (
    BANK,
    CORE,
    HDFC,
    LINE,
    LINES,
    MOBILE,
    ORDERS,
    RECEIPT,
    SETTLED,
    end_of,
    load,
    order_of,
    reconcile,
)

LATE = end_of(8)


def of(book, edge, subject, *, as_of=None):
    ids = [row["break_id"] for row in book.live_breaks(edge) if row["subject"] == subject]
    [found] = find_breaks(book.store, ids[0], as_of=as_of)
    return found


def others(found):
    return [(one["reconciliation"], one["code"], one["because"]) for one in found["same_money"]]


@pytest.mark.parametrize(("days_apart", "is_same"), [(10, True), (11, False)])
def test_a_payout_that_no_bank_has_is_told_on_both_its_edges(book, days_apart, is_same):
    receipt = RECEIPT.but(amount=97_64, at=LINE.at + timedelta(days=days_apart))
    load(book, LINE, receipt)
    reconcile(book, end_of(days_apart + 12), HDFC)

    settlement = of(book, BANK, "razorpay_settlement:pay_1@setl_1")
    ledger = of(book, HDFC, "core:C9")
    assert (settlement["code"], ledger["code"]) == ("MIS_IN_BANK", "MIS_IN_BANK")
    assert others(settlement) == ([(HDFC, "MIS_IN_BANK", "the same reference")] if is_same else [])
    assert others(ledger) == ([(BANK, "MIS_IN_BANK", "the same reference")] if is_same else [])
    name = f"MIS_IN_BANK {settlement['break_id'][:8]} on settlement_bank"
    assert (name in ledger["next_step"]) == is_same
    assert any(name in told for told in doubts(ledger)) == is_same


def test_who_writes_one_off_is_told_of_the_other_and_how_it_was_closed(book):
    load(book, LINE, RECEIPT.but(amount=97_64))
    reconcile(book, LATE, HDFC)
    ledger = of(book, HDFC, "core:C9")["break_id"]
    settlement = of(book, BANK, "razorpay_settlement:pay_1@setl_1")["break_id"]
    before = datetime.now(UTC)

    close(book.store, settlement, "claimed", Why("from_bank", "asha"))
    [told] = ask_write_off(book.store, ledger, Why("agreed", "asha", "as agreed"))["warnings"]
    assert f"{settlement[:8]} on settlement_bank" in told
    assert "was closed as claimed" in told
    [shown] = find_breaks(book.store, ledger, as_of=None)
    assert "same money" not in shown["next_step"]
    [then] = find_breaks(book.store, ledger, as_of=before)
    assert [one["resolution"] for one in then["same_money"]] == [None]
    assert "same money" in then["next_step"]


def test_a_line_is_of_its_payment_and_not_of_its_whole_settlement(book):
    load(book, CORE, MOBILE, LINE)
    reconcile(book, LATE)

    line = of(book, LINES, "razorpay_settlement:pay_1@setl_1")
    assert others(line) == [(ORDERS, "MIS_IN_GATEWAY", "the same order")]
    assert others(of(book, ORDERS, "core:C1")) == [(LINES, "MIS_IN_GATEWAY", "the same order")]
    assert others(of(book, BANK, "razorpay_settlement:pay_1@setl_1")) == []


def test_a_refund_is_other_money_than_the_payment_of_its_order(book):
    load(book, CORE, MOBILE, LINE.but(key="rfnd_1@setl_1", amount=-40_00, gross=40_00, fee=0,
                                      type="REFUND"))  # fmt: skip
    reconcile(book, LATE)

    assert others(of(book, ORDERS, "core:C1")) == []


def test_an_order_finds_the_line_that_the_gateways_own_feed_has_no_payment_of(book):
    load(book, CORE, MOBILE, LINE)
    reconcile(book, LATE)

    by_order, by_payment = order_of(book), order_of(book, "pay_1")
    assert by_order == by_payment
    [place] = by_order.places
    assert "97.64 INR" in place.sentence
    assert place.sentence.endswith("the gateway's own feed has no such payment.")


def test_a_line_is_not_told_before_it_was_known(book):
    load(book, CORE, MOBILE)
    reconcile(book, end_of(0))
    load(book, LINE)
    # A book's loads are known at once; this came later.
    with book.owner_store.transaction() as transaction:
        transaction.connection.execute(
            text("update staging.entry set known_from = :at where source = 'razorpay_settlement'"),
            {"at": SETTLED},
        )
    reconcile(book, LATE)

    [place] = order_of(book, as_of=end_of(0)).places
    assert place.state == "not_paid"
