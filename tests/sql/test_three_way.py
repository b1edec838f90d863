"""Pass three_way and the breaks of its edge: an order in core, gateway and mobile."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

EDGE = "core_gateway_mobile"
CORE = Row("core", "C", order_id="order_1", type="PAYMENT", bank_code=None)
GATEWAY = Row("razorpay", "pay_1", order_id="order_1", payment_id="pay_1", type="PAYMENT")
MOBILE = Row("mobile", "M", order_id="order_1", type="PAYMENT", bank_code=None)
FULL = frozenset({"core:C", "razorpay:pay_1", "mobile:M"})
REFUND = {"type": "REFUND", "amount": -40_00}


def load(book, *rows):
    for source in ("core", "razorpay", "mobile"):
        own = [row for row in rows if row.source == source]
        if own:
            book.load(*own)


@pytest.mark.parametrize(
    ("rows", "is_match", "code"),
    [
        pytest.param([CORE, GATEWAY, MOBILE], True, None, id="all alike"),
        pytest.param(
            [row.but(status="FAILED") for row in (CORE, GATEWAY, MOBILE)], True, None,
            id="all failed",
        ),
        pytest.param(
            [CORE, GATEWAY.but(key="pay_0", payment_id="pay_0", status="FAILED", at=at(9)),
             GATEWAY, MOBILE],
            True, None, id="a failed attempt before",
        ),
        pytest.param([CORE, GATEWAY.but(amount=99_99), MOBILE], False, ("AMT_ROUNDING", "core:C"),
                     id="gateway a paisa short"),
        pytest.param([CORE, GATEWAY, MOBILE.but(amount=101_00)], False, ("AMT_ROUNDING", "core:C"),
                     id="mobile a rupee over"),
        pytest.param([CORE, GATEWAY.but(amount=98_99), MOBILE], False, ("AMT_SHORT", "core:C"),
                     id="gateway more than a rupee short"),
        pytest.param([CORE, GATEWAY, MOBILE.but(amount=101_01)], False, ("AMT_OVER", "core:C"),
                     id="mobile more than a rupee over"),
        pytest.param([row.but(currency="USD", amount=amount) for row, amount in
                      ((CORE, 100_00), (GATEWAY, 99_99), (MOBILE, 100_00))], False,
                     ("AMT_SHORT", "core:C"), id="a cent is no rounding of rupees"),
        pytest.param([CORE, GATEWAY, MOBILE.but(currency="USD")], False, ("CURRENCY", "core:C"),
                     id="other currency"),
        pytest.param([CORE, GATEWAY.but(status="FAILED"), MOBILE], False,
                     ("STS_LEDGER_OK_GW_FAILED", "core:C"), id="gateway failed"),
        pytest.param([CORE.but(status="FAILED"), GATEWAY, MOBILE], False,
                     ("STS_LEDGER_FAILED_GW_OK", "core:C"), id="core failed"),
        pytest.param([CORE, GATEWAY, MOBILE.but(status="FAILED")], False,
                     ("STS_MOBILE_DIFFERS", "core:C"), id="mobile failed"),
        pytest.param([CORE, MOBILE], False, ("MIS_IN_GATEWAY", "core:C"), id="no gateway"),
        pytest.param([CORE, GATEWAY], False, ("MIS_IN_MOBILE", "core:C"), id="no mobile"),
        pytest.param([GATEWAY, MOBILE.but(at=at(9, 59))], False, ("MIS_IN_LEDGER", "mobile:M"),
                     id="no core: the earliest is the anchor"),
        pytest.param([CORE, GATEWAY.but(order_id="order_2"), MOBILE], False,
                     ("MIS_IN_GATEWAY", "core:C"), id="another order"),
        pytest.param([GATEWAY.but(status="FAILED")], False, None, id="a checkout that failed"),
        pytest.param([GATEWAY.but(status="PENDING")], False, None, id="a checkout left alone"),
        pytest.param(
            [CORE, GATEWAY, GATEWAY.but(key="pay_2", payment_id="pay_2", at=at(11)), MOBILE],
            True, ("DUP_PAYMENT", "razorpay:pay_2"), id="paid twice",
        ),
        pytest.param([CORE, CORE.but(key="C2", at=at(10, 3)), GATEWAY, MOBILE], True,
                     ("DUP_SAME_SOURCE", "core:C2"), id="booked twice"),
        pytest.param(
            [CORE, GATEWAY, GATEWAY.but(key="pay_2", payment_id="pay_2"), MOBILE],
            False, ("AMBIGUOUS", "core:C"), id="paid twice at one moment",
        ),
    ],
)  # fmt: skip
def test_one_order(book, rows, is_match, code):
    load(book, *rows)
    book.reconcile(EDGE)

    assert book.groups(EDGE) == ({FULL} if is_match else set())
    found = book.breaks(EDGE)
    if code in {("MIS_IN_GATEWAY", "core:C")} and len(rows) == 3:
        assert ("MIS_IN_LEDGER", "razorpay:pay_1") in found
        found.discard(("MIS_IN_LEDGER", "razorpay:pay_1"))
    assert found == ({code} if code else set())


@pytest.mark.parametrize(("status", "hours", "codes"), [
    ("PENDING", 23, set()),
    ("PENDING", 24, {("STS_MOBILE_DIFFERS", "core:C")}),
    ("FAILED", 1, {("STS_MOBILE_DIFFERS", "core:C")}),
])  # fmt: skip
def test_a_status_that_is_not_final_waits(book, status, hours, codes):
    load(book, CORE, GATEWAY, MOBILE.but(status=status))
    book.reconcile(EDGE, at(10) + timedelta(hours=hours))

    assert book.breaks(EDGE) == codes


def test_a_refund_finds_its_order_through_its_payment(book):
    refund = GATEWAY.but(key="rfnd_1", order_id=None, **REFUND)
    load(book, CORE, GATEWAY, MOBILE, CORE.but(key="CR", **REFUND), refund,
         MOBILE.but(key="MR", **REFUND))  # fmt: skip
    book.reconcile(EDGE)

    assert book.groups(EDGE) == {FULL, frozenset({"core:CR", "razorpay:rfnd_1", "mobile:MR"})}
    assert book.breaks(EDGE) == set()


def test_a_refund_that_comes_a_day_after_its_payment_was_matched(book):
    load(book, CORE, GATEWAY, MOBILE)
    book.reconcile(EDGE)
    later = {**REFUND, "at": at(10, day=DAY + timedelta(days=3))}
    load(book, CORE.but(key="CR", **later), MOBILE.but(key="MR", **later),
         GATEWAY.but(key="rfnd_1", order_id=None, **later))  # fmt: skip
    book.reconcile(EDGE, at(0, day=DAY + timedelta(days=6)))

    assert frozenset({"core:CR", "razorpay:rfnd_1", "mobile:MR"}) in book.groups(EDGE)
    assert book.breaks(EDGE) == set()


def test_equal_refunds_are_paired_in_the_order_of_time(book):
    load(book, CORE, GATEWAY, MOBILE)
    for number, minute in ((1, 5), (0, 1)):  # the later one loaded first
        when = {**REFUND, "at": at(12, minute)}
        load(book, CORE.but(key=f"CR{number}", **when), MOBILE.but(key=f"MR{number}", **when),
             GATEWAY.but(key=f"rfnd_{number}", order_id=None, **when))  # fmt: skip
    book.reconcile(EDGE)

    assert book.groups(EDGE) == {
        FULL,
        frozenset({"core:CR0", "razorpay:rfnd_0", "mobile:MR0"}),
        frozenset({"core:CR1", "razorpay:rfnd_1", "mobile:MR1"}),
    }


def test_a_refund_of_another_amount_is_one_break(book):
    load(book, CORE, GATEWAY, MOBILE, CORE.but(key="CR", **REFUND), MOBILE.but(key="MR", **REFUND),
         GATEWAY.but(key="rfnd_1", order_id=None, type="REFUND", amount=-38_00))  # fmt: skip
    book.reconcile(EDGE)

    assert book.breaks(EDGE) == {("AMT_SHORT", "core:CR")}
    (found,) = book.live_breaks(EDGE)
    assert found["amount_minor"] == 2_00


def test_refunds_lost_in_core_or_in_mobile(book):
    load(book, CORE, GATEWAY, MOBILE, MOBILE.but(key="MR", at=at(11), **REFUND),
         GATEWAY.but(key="rfnd_1", order_id=None, **REFUND))  # fmt: skip
    load(book, CORE.but(key="C2", order_id="o2"), MOBILE.but(key="M2", order_id="o2"),
         GATEWAY.but(key="pay_2", payment_id="pay_2", order_id="o2"),
         CORE.but(key="C2R", order_id="o2", **REFUND),
         GATEWAY.but(key="rfnd_2", order_id=None, payment_id="pay_2", **REFUND))  # fmt: skip
    book.reconcile(EDGE)

    assert book.breaks(EDGE) == {
        ("MIS_IN_LEDGER", "razorpay:rfnd_1"),
        ("MIS_IN_MOBILE", "core:C2R"),
    }


PAID = [CORE, GATEWAY, MOBILE]
BACK = {"type": "REFUND", "amount": -60_00, "order_id": "order_1", "at": at(12)}
FIRST = [
    CORE.but(key="C1", **BACK),
    GATEWAY.but(key="rfnd_1", **BACK),
    MOBILE.but(key="M1", **BACK),
]
SECOND = GATEWAY.but(key="rfnd_2", **{**BACK, "at": at(13)})


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        pytest.param([*PAID, *FIRST, SECOND], "RFD_DUPLICATE", id="120 of 100 back"),
        pytest.param([*(row.but(amount=120_00) for row in PAID), *FIRST, SECOND],
                     "MIS_IN_LEDGER", id="120 of 120: two refunds that may both be meant"),
        pytest.param([*(row.but(amount=119_99) for row in PAID), *FIRST, SECOND],
                     "RFD_DUPLICATE", id="a paisa more than was paid"),
        pytest.param([*PAID, *FIRST, SECOND.but(amount=-59_00)], "MIS_IN_LEDGER",
                     id="another amount is another refund"),
        pytest.param([*PAID, *FIRST, SECOND.but(status="PENDING")], None, id="not yet refunded"),
        pytest.param([*PAID, *FIRST], None, id="once"),
    ],
)  # fmt: skip
def test_refunded_twice(book, rows, code):
    load(book, *rows)
    book.reconcile(EDGE, at(0, day=DAY + timedelta(days=3)))
    assert book.breaks(EDGE) == ({(code, "razorpay:rfnd_2")} if code else set())
