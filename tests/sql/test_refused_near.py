"""What stands alone says which refused rows of the other side may be its partner."""

from datetime import timedelta

from pipeline.reports import REFUSED_NEAR_MAX, find_breaks
from tests.sql.ledger_book import DAY, Row, at

LATE = at(0, day=DAY + timedelta(days=4))
OURS, ELSEWHERE = "50100000001111", "50100000002222"
CREDIT = Row("hdfc", "E", amount=100_00, rrn="606912345678")


def near(book, as_of=None, code="MIS_IN_LEDGER", name="core_hdfc"):
    (one,) = [item for item in book.live_breaks(name) if item["code"] == code]
    (found,) = find_breaks(book.store, one["break_id"], as_of=as_of)
    return found


def keys(found):
    return [row["source_id"] for row in found["refused_near"]]


def test_by_amount_account_and_days(book):
    book.load(CREDIT)
    book.load(Row("hdfc", "OTHER", amount=55_00))
    asked = {
        "same": {"amount": 100_00, "account": OURS},
        "of another amount": {"amount": 100_01, "account": OURS},
        "a debit": {"amount": -100_00, "account": OURS},
        "of another account": {"amount": 100_00, "account": ELSEWHERE},
        "of no account": {"amount": 100_00},
        "unreadable": {"account": OURS},
        "unreadable, of no account": {},
        "unreadable, of another account": {"account": ELSEWHERE},
        "last day": {"amount": 100_00, "account": OURS, "day": DAY + timedelta(days=3)},
        "a day too late": {"amount": 100_00, "account": OURS, "day": DAY + timedelta(days=4)},
        "unreadable, too late": {"account": OURS, "day": DAY + timedelta(days=4)},
    }
    for key, given in asked.items():
        book.refuse("core", row_key=key, **{"day": DAY, **given})
    book.refuse("hdfc", row_key="own side", day=DAY, amount=100_00, account=OURS)
    book.refuse("icici", row_key="not on this edge", day=DAY, amount=100_00, account=OURS)
    book.reconcile(until=LATE)

    by_subject = {item["subject"]: item for item in book.live_breaks()}
    words = " It may have come and been refused: core, DQ_QUARANTINED (the rows: "
    assert words in by_subject["hdfc:E"]["explanation"]
    (found,) = find_breaks(book.store, by_subject["hdfc:E"]["break_id"], as_of=None)
    assert keys(found) == ["same", "last day", "of no account", "unreadable"]
    first = found["refused_near"][0]
    assert (str(first["amount"]), first["account_id"], first["row_no"]) == ("100.00", "••••1111", 4)
    assert found["refused_near"][-1]["amount"] is None
    # An unreadable amount may be any: the other break of the account is told too.
    (other,) = find_breaks(book.store, by_subject["hdfc:OTHER"]["break_id"], as_of=None)
    assert keys(other) == ["unreadable"]
    # The findings became known long after the edge's own clock.
    (before,) = find_breaks(book.store, found["break_id"], as_of=LATE)
    assert before["refused_near"] == []


def test_it_is_bounded_and_over_when_the_rows_are(book):
    book.load(CREDIT)
    for number in range(REFUSED_NEAR_MAX + 1):
        book.refuse("core", row_key=f"K{number}", day=DAY, amount=100_00, account=OURS)
    book.reconcile(until=LATE)
    assert len(near(book)["refused_near"]) == REFUSED_NEAR_MAX
    book.execute("update staging.quarantine set known_to = now()")
    book.reconcile(until=LATE)
    found = near(book)
    assert found["refused_near"] == []
    assert "refused" not in found["explanation"]
    assert [event["event"] for event in found["history"]] == ["opened", "changed"]


def test_of_three_only_the_one_that_lacks_it_is_asked(book):
    order = {"order_id": "order_1", "type": "PAYMENT"}
    book.load(Row("core", "C", bank_code=None, **order))
    book.load(Row("razorpay", "pay_1", payment_id="pay_1", **order))
    for source in ("razorpay", "mobile"):
        book.refuse(source, row_key=f"{source} row", day=DAY, amount=100_00)
    # Nobody's account says little: a day, and no currency.
    book.refuse("mobile", row_key="next day", day=DAY + timedelta(days=1), amount=100_00)
    book.refuse("mobile", row_key="too late", day=DAY + timedelta(days=2), amount=100_00)
    book.reconcile("core_gateway_mobile", until=LATE)
    found = near(book, code="MIS_IN_MOBILE", name="core_gateway_mobile")
    assert keys(found) == ["mobile row", "next day"]
    assert " It may have come and been refused: mobile, DQ_QUARANTINED (" in found["explanation"]
    told = [(row["amount_minor"], row["amount"]) for row in found["refused_near"]]
    assert told == [(100_00, None)] * 2


def test_what_was_sent_again_in_a_readable_form_is_no_longer_refused(book):
    book.load(CREDIT)
    book.refuse("core", row_key="K", day=DAY, amount=100_00, account=OURS)
    book.reconcile(until=LATE)
    assert keys(near(book)) == ["K"]
    book.load(Row("core", "K", amount=55_00))
    book.reconcile(until=LATE)
    found = near(book)
    assert keys(found) == []
    assert "refused" not in found["explanation"]


def test_a_line_is_known_by_its_payment(book):
    book.load(Row("razorpay", "pay_1", type="PAYMENT"))
    # Of another amount (the fee is off it), another day, and no account.
    late = DAY + timedelta(days=20)
    book.refuse("razorpay_settlement", row_key="pay_1", day=late, amount=97_64)
    book.refuse("razorpay_settlement", row_key="pay_2", day=late, amount=97_64)
    book.reconcile("gateway_settlement", until=at(0, day=DAY + timedelta(days=12)))
    found = near(book, code="MIS_IN_SETTLEMENT", name="gateway_settlement")
    assert keys(found) == ["pay_1"]
    assert "refused: razorpay_settlement, DQ_QUARANTINED" in found["explanation"]
