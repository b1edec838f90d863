"""Passes settlement_line and settlement_credit, and the breaks of their edges."""

from datetime import timedelta

import pytest

from tests.sql.ledger_book import DAY, Row, at

LINES, BANK = "gateway_settlement", "settlement_bank"
# Paid on Tuesday 10 March, due on Thursday 12, missing after Friday 13.
PAYMENT = Row("razorpay", "pay_1", amount=100_00, type="PAYMENT", payment_id="pay_1")
REFUND = Row("razorpay", "rfnd_1", amount=-40_00, type="REFUND", payment_id="pay_1")
SETTLED = at(9, day=DAY + timedelta(days=2))
LINE = Row("razorpay_settlement", "pay_1@setl_1", amount=97_64, gross=100_00, fee=2_36,
           type="PAYMENT", at=SETTLED, settlement_id="setl_1", settlement_utr="UTR1")  # fmt: skip
BACK = LINE.but(key="rfnd_1@setl_1", amount=-40_00, gross=40_00, fee=0, type="REFUND")
CREDIT = Row("hdfc", "B", amount=57_64, at=SETTLED + timedelta(hours=2), settlement_utr="utr1")
FRIDAY_NIGHT = at(0, day=DAY + timedelta(days=4))


def end_of(days):
    return at(0, day=DAY + timedelta(days=days + 1))


@pytest.mark.parametrize(
    ("line", "is_match", "code"),
    [
        pytest.param(LINE, True, None, id="amount less fee"),
        pytest.param(LINE.but(amount=97_63), False, "ARITHMETIC", id="a paisa too little"),
        pytest.param(LINE.but(fee=2_35), False, "ARITHMETIC", id="fee does not add up"),
        pytest.param(LINE.but(gross=98_99, amount=96_63), False, "AMT_SHORT", id="over less"),
        pytest.param(LINE.but(gross=101_01, amount=98_65), False, "AMT_OVER", id="over more"),
        pytest.param(LINE.but(gross=99_00, amount=96_64), False, "AMT_ROUNDING", id="a rupee less"),
        pytest.param(
            LINE.but(gross=101_00, amount=98_64), False, "AMT_ROUNDING", id="a rupee more"
        ),
        pytest.param(LINE.but(currency="USD"), False, "CURRENCY", id="other currency"),
    ],
)
def test_a_payment_and_its_line(book, line, is_match, code):
    book.load(PAYMENT)
    book.load(line)
    book.reconcile(LINES, FRIDAY_NIGHT)

    key = f"razorpay_settlement:{line.key}"
    assert book.groups(LINES) == ({frozenset({"razorpay:pay_1", key})} if is_match else set())
    assert book.breaks(LINES) == ({(code, "razorpay:pay_1")} if code else set())


def test_the_fee_is_the_groups_difference_and_a_refund_has_none(book):
    book.load(PAYMENT, REFUND)
    book.load(LINE, BACK)
    book.reconcile(LINES, FRIDAY_NIGHT)

    found = book.rows("select difference_minor from recon.match_group order by 1")
    assert [row["difference_minor"] for row in found] == [-2_36, 0]


@pytest.mark.parametrize(
    ("until", "payment", "refund"),
    [
        pytest.param(end_of(2) - timedelta(hours=1), None, None, id="due day not over"),
        pytest.param(end_of(2), "TIM_SETTLE_OVERDUE", "TIM_SETTLE_OVERDUE", id="due day over"),
        pytest.param(end_of(3) - timedelta(hours=1), "TIM_SETTLE_OVERDUE", "TIM_SETTLE_OVERDUE",
                     id="the feed may still come"),
        pytest.param(end_of(3), "MIS_IN_SETTLEMENT", "RFD_NOT_SETTLED", id="the feed is complete"),
    ],
)  # fmt: skip
def test_not_settled(book, until, payment, refund):
    book.load(PAYMENT, REFUND)
    book.reconcile(LINES, until)

    expected = {(payment, "razorpay:pay_1"), (refund, "razorpay:rfnd_1")} if payment else set()
    assert book.breaks(LINES) == expected


def test_overdue_keeps_its_id_when_it_is_missing(book):
    book.load(PAYMENT)
    book.reconcile(LINES, end_of(2))
    (before,) = book.live_breaks(LINES)
    book.reconcile(LINES, end_of(3))
    (after,) = book.live_breaks(LINES)

    assert (before["code"], after["code"]) == ("TIM_SETTLE_OVERDUE", "MIS_IN_SETTLEMENT")
    assert before["break_id"] == after["break_id"]
    assert before["opened_at"] == after["opened_at"]


def test_it_stays_overdue_while_the_feed_is_not_landed(book):
    book.arrive("razorpay_settlement", hours=2)
    book.cover("razorpay_settlement", at(0), end_of(2))
    book.load(PAYMENT)
    book.reconcile(LINES, end_of(3))
    assert ("TIM_SETTLE_OVERDUE", "razorpay:pay_1") in book.breaks(LINES)

    book.cover("razorpay_settlement", end_of(2), end_of(3))
    book.reconcile(LINES, end_of(3))
    assert book.breaks(LINES) == {("MIS_IN_SETTLEMENT", "razorpay:pay_1")}


def test_weekends_do_not_count(book):
    # Paid on Friday: due on Tuesday the 17th (the 14th is a 2nd Saturday).
    book.load(PAYMENT.but(at=at(10, day=DAY + timedelta(days=3))))
    book.reconcile(LINES, end_of(6))
    assert book.breaks(LINES) == set()
    book.reconcile(LINES, end_of(7))
    assert book.breaks(LINES) == {("TIM_SETTLE_OVERDUE", "razorpay:pay_1")}


@pytest.mark.parametrize(("hours", "code"), [(23, None), (24, "MIS_IN_GATEWAY")])
def test_a_line_without_a_payment(book, hours, code):
    book.load(LINE)
    book.reconcile(LINES, SETTLED + timedelta(hours=hours))
    key = "razorpay_settlement:pay_1@setl_1"
    assert book.breaks(LINES) == ({(code, key)} if code else set())


def test_settled_twice(book):
    second = LINE.but(key="pay_1@setl_2", at=SETTLED + timedelta(days=1))
    book.load(PAYMENT)
    book.load(second, LINE)
    book.reconcile(LINES, FRIDAY_NIGHT)

    assert book.groups(LINES) == {frozenset({"razorpay:pay_1", "razorpay_settlement:pay_1@setl_1"})}
    assert book.breaks(LINES) == {("DUP_SAME_SOURCE", "razorpay_settlement:pay_1@setl_2")}


@pytest.mark.parametrize(
    ("credit", "header", "is_match", "code"),
    [
        pytest.param(CREDIT, 57_64, True, None, id="header and credit agree"),
        pytest.param(CREDIT, None, True, None, id="no header"),
        pytest.param(CREDIT.but(amount=57_63), 57_64, False, "AMT_ROUNDING", id="a paisa short"),
        pytest.param(CREDIT.but(amount=58_64), 57_64, False, "AMT_ROUNDING", id="a rupee over"),
        pytest.param(CREDIT.but(amount=56_63), 57_64, False, "AMT_SHORT", id="more than a rupee"),
        pytest.param(CREDIT.but(amount=58_65), 57_64, False, "AMT_OVER", id="over by more"),
        pytest.param(CREDIT.but(amount=60_00), 60_00, False, "ARITHMETIC", id="header differs"),
        pytest.param(None, 60_00, False, "ARITHMETIC", id="header differs, no credit"),
        pytest.param(CREDIT.but(currency="USD"), 57_64, False, "CURRENCY", id="other currency"),
        pytest.param(CREDIT.but(at=at(23, 59, day=DAY + timedelta(days=3))), 57_64, True, None,
                     id="next business day"),
        pytest.param(CREDIT.but(at=at(0, day=DAY + timedelta(days=6))), 57_64, False, "DATE",
                     id="the one after"),
        pytest.param(CREDIT.but(at=SETTLED - timedelta(days=1)), 57_64, False, "DATE",
                     id="before it was settled"),
        pytest.param(None, 57_64, False, "MIS_IN_BANK", id="no credit"),
        pytest.param(CREDIT.but(settlement_utr="UTR2"), 57_64, False, "MIS_IN_BANK",
                     id="another UTR"),
    ],
)  # fmt: skip
def test_lines_and_the_credit_of_their_utr(book, credit, header, is_match, code):
    book.load(LINE, BACK)
    if header is not None:
        book.header("setl_1", "UTR1", header)
    if credit is not None:
        book.load(credit)
    book.reconcile(BANK, at(0, day=DAY + timedelta(days=8)))

    group = {"razorpay_settlement:pay_1@setl_1", "razorpay_settlement:rfnd_1@setl_1", "hdfc:B"}
    assert book.groups(BANK) == ({frozenset(group)} if is_match else set())
    found = book.breaks(BANK)
    if credit is not None and credit.settlement_utr == "UTR2":
        assert ("MIS_IN_SETTLEMENT", "hdfc:B") in found
        found.discard(("MIS_IN_SETTLEMENT", "hdfc:B"))
    assert found == ({(code, "razorpay_settlement:pay_1@setl_1")} if code else set())


def test_a_header_that_comes_late_undoes_the_match(book):
    book.load(LINE, BACK)
    book.load(CREDIT)
    book.reconcile(BANK, FRIDAY_NIGHT)
    assert len(book.groups(BANK)) == 1
    book.header("setl_1", "UTR1", 60_00)
    book.reconcile(BANK, FRIDAY_NIGHT)

    assert book.groups(BANK) == set()
    assert book.breaks(BANK) == {("ARITHMETIC", "razorpay_settlement:pay_1@setl_1")}


def test_the_same_credit_twice(book):
    book.load(LINE, BACK)
    book.load(CREDIT, CREDIT.but(key="B2", at=SETTLED + timedelta(hours=3)))
    book.load(CREDIT.but(source="icici", key="I", at=SETTLED + timedelta(hours=4)))
    book.reconcile(BANK, FRIDAY_NIGHT)

    assert len(book.groups(BANK)) == 1
    assert book.breaks(BANK) == {("DUP_SAME_SOURCE", "hdfc:B2"), ("DUP_CROSS_POSTED", "icici:I")}


PARTS = CREDIT.but(amount=50_00), CREDIT.but(key="B2", amount=7_64)
NEXT_DAY_END = at(23, day=DAY + timedelta(days=3))  # a Friday


@pytest.mark.parametrize(
    ("parts", "header", "code"),
    [
        pytest.param(PARTS, None, None, id="no header"),
        pytest.param(PARTS, 57_64, None, id="the header agrees"),
        pytest.param(PARTS, 57_63, "ARITHMETIC", id="the header says less"),
        pytest.param((PARTS[0], PARTS[1].but(at=NEXT_DAY_END)), None, None, id="the next day"),
        pytest.param((PARTS[0], PARTS[1].but(at=NEXT_DAY_END + timedelta(days=3))), None, "DATE",
                     id="a day after that"),
        pytest.param((PARTS[0].but(at=SETTLED - timedelta(days=1)), PARTS[1]), None, "DATE",
                     id="one before it was settled"),
        pytest.param((PARTS[0], PARTS[1].but(source="icici")), None, None, id="at two banks"),
        pytest.param((PARTS[0], PARTS[1].but(amount=7_63)), None, "AMT_SHORT", id="a paisa less"),
        pytest.param((PARTS[0], PARTS[1].but(amount=7_65)), None, "AMT_OVER", id="a paisa more"),
        pytest.param((PARTS[0], PARTS[1].but(amount=7_00), PARTS[1].but(key="B3", amount=64)),
                     None, None, id="three"),
        pytest.param((PARTS[0], PARTS[1].but(status="PENDING")), None, "AMT_SHORT", id="one open"),
    ],
)  # fmt: skip
def test_a_settlement_paid_in_parts(book, parts, header, code):
    book.load(LINE, BACK)
    if header is not None:
        book.header("setl_1", "UTR1", header)
    for part in parts:
        book.load(part)
    book.reconcile(BANK, at(0, day=DAY + timedelta(days=8)))

    group = {"razorpay_settlement:pay_1@setl_1", "razorpay_settlement:rfnd_1@setl_1"}
    group |= {f"{part.source}:{part.key}" for part in parts}
    assert book.groups(BANK) == (set() if code else {frozenset(group)})
    found = {one for one in book.breaks(BANK) if one[0] != "STS_DEEMED_PENDING"}
    assert found == ({(code, "razorpay_settlement:pay_1@setl_1")} if code else set())


@pytest.mark.parametrize(("entries_max", "is_matched"), [(2, True), (1, False)])
def test_the_bound_of_parts(book, entries_max, is_matched):
    book.load(LINE, BACK)
    book.load(*PARTS)
    book.reconcile(BANK, FRIDAY_NIGHT)
    found = book.groups_of_pass(BANK, "settlement_parts", entries_max=entries_max)
    assert bool(found) is is_matched


def test_the_whole_beside_a_part_is_the_whole(book):
    book.load(LINE, BACK)
    book.load(*PARTS)
    book.reconcile(BANK, FRIDAY_NIGHT)
    assert len(book.groups(BANK)) == 1
    book.load(CREDIT.but(key="B9", at=SETTLED + timedelta(hours=5)))
    book.reconcile(BANK, FRIDAY_NIGHT)
    (group,) = book.groups(BANK)
    assert "hdfc:B9" in group
    assert "hdfc:B" not in group
    assert len(book.breaks(BANK)) == 2


def test_refunds_beyond_payments_are_a_debit(book):
    book.load(LINE, BACK.but(amount=-90_00))
    book.load(CREDIT.but(amount=97_64 - 90_00 - 40_00))
    book.header("setl_1", "UTR1", 97_64 - 130_00)
    book.load(BACK.but(key="rfnd_2@setl_1", amount=-40_00))
    book.reconcile(BANK, FRIDAY_NIGHT)
    assert [len(group) for group in book.groups(BANK)] == [4]


@pytest.mark.parametrize(("hours", "code"), [(23, None), (24, "MIS_IN_SETTLEMENT")])
def test_a_credit_the_gateway_never_listed(book, hours, code):
    book.load(CREDIT)
    book.reconcile(BANK, CREDIT.at + timedelta(hours=hours))
    assert book.breaks(BANK) == ({(code, "hdfc:B")} if code else set())
