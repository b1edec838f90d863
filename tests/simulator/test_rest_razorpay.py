"""Razorpay over real HTTP: skip and count, and every state as at the end of the window."""

import pytest
import requests

from simulator.world import (
    LINE_FIELDS,
    PAYMENT_FIELDS,
    PAYMENT_HISTORY,
    REFUND_FIELDS,
    REFUND_HISTORY,
    SETTLEMENT_FIELDS,
)
from tests.simulator.small_world import ANCHOR, at, epoch, gateway_frame, line, payment, small_world


def payments(*rows):
    return gateway_frame(PAYMENT_FIELDS, PAYMENT_HISTORY, *rows)


def ask(servers, path, **query):
    environment = servers.environment
    return requests.get(
        f"{environment['RAZORPAY_API_URL']}/{path}",
        params=query,
        auth=(environment["RAZORPAY_KEY"], environment["RAZORPAY_SECRET"]),
        timeout=5,
    )


def test_a_payment_is_as_the_vendor_writes_it(serving):
    servers = serving(small_world(payments=payments(payment("pay_00000000000001", at(10)))))
    answer = ask(servers, "payments", **{"from": epoch(at(9)), "to": epoch(at(12)), "count": 100})
    body = answer.json()
    item = body["items"][0]

    assert (body["entity"], body["count"]) == ("collection", 1)
    assert set(item) == set(PAYMENT_FIELDS)
    assert item["amount"] == 50_000
    assert item["created_at"] == epoch(at(10))
    assert item["notes"] == []
    assert item["acquirer_data"] == {"rrn": "009374856309"}
    assert (item["fee"], item["tax"], item["captured"]) == (1_180, 180, True)
    assert item["wallet"] is None


@pytest.mark.parametrize(
    ("second", "status", "fee", "refunded"),
    [
        (9, "created", None, 0),
        (10, "authorized", None, 0),
        (59, "authorized", None, 0),
        (60, "captured", 1_180, 0),
        (99, "captured", 1_180, 0),
        (100, "refunded", 1_180, 50_000),
    ],
)
def test_a_payment_is_shown_as_it_stood(serving, second, status, fee, refunded):
    row = payment(
        "pay_1", at(10), status="refunded", amount_refunded=50_000, refund_status="full",
        refunded_at=epoch(at(10)) + 100,
    )  # fmt: skip
    servers = serving(small_world(payments=payments(row)))
    item = ask(servers, "payments", to=epoch(at(10)) + second).json()["items"][0]

    assert (item["status"], item["fee"], item["amount_refunded"]) == (status, fee, refunded)
    assert item["refund_status"] == ("full" if refunded else None)


def test_a_failed_payment_fails_at_its_moment(serving):
    row = payment(
        "pay_1", at(10), status="failed", captured=False, fee=None, tax=None, authorized_at=None,
        captured_at=None, failed_at=epoch(at(10)) + 30, error_code="BAD_REQUEST_ERROR",
        acquirer_data=None,
    )  # fmt: skip
    servers = serving(small_world(payments=payments(row)))
    before, after = (
        ask(servers, "payments", to=epoch(at(10)) + second).json()["items"][0]
        for second in (29, 30)
    )

    assert (before["status"], before["error_code"]) == ("created", None)
    assert (after["status"], after["error_code"]) == ("failed", "BAD_REQUEST_ERROR")
    assert "acquirer_data" not in after


def test_a_payment_that_failed_may_still_be_captured(serving):
    row = payment("pay_1", at(10), failed_at=epoch(at(10)) + 30, authorized_at=None)
    servers = serving(small_world(payments=payments(row)))
    stood = [
        ask(servers, "payments", to=epoch(at(10)) + second).json()["items"][0]["status"]
        for second in (29, 30, 59, 60)
    ]

    assert stood == ["created", "failed", "failed", "captured"]


def test_the_window_is_of_creation_and_nothing_is_known_past_the_worlds_end(serving):
    world = small_world(
        payments=payments(
            payment("early", at(9)),
            payment("first", at(10)),
            payment("last", at(11)),
            payment("later", at(11, 0, 1)),
            payment("beyond", at(12, 0, 1, day=11)),
        )
    )
    servers = serving(world)
    window = {"from": epoch(at(10)), "to": epoch(at(11))}

    assert ids(ask(servers, "payments", **window)) == ["last", "first"]
    assert ids(ask(servers, "payments", to=epoch(ANCHOR) * 2)) == [
        "later",
        "last",
        "first",
        "early",
    ]


def ids(answer):
    return [item["id"] for item in answer.json()["items"]]


def test_skip_and_count_lead_through_every_payment_once(serving):
    rows = [payment(f"pay_{i:03d}", at(10, i // 60, i % 60)) for i in range(250)]
    servers = serving(small_world(payments=payments(*rows)))
    pages = [ids(ask(servers, "payments", count=100, skip=skip)) for skip in (0, 100, 200, 300)]

    assert [len(page) for page in pages] == [100, 100, 50, 0]
    assert [i for page in pages for i in page] == [f"pay_{i:03d}" for i in reversed(range(250))]


def test_a_refund_is_pending_until_processed(serving):
    refund = {
        "id": "rfnd_1", "entity": "refund", "amount": 100, "currency": "INR", "payment_id": "pay_1",
        "notes": "{}", "acquirer_data": '{"arn": "74332744212190000001234"}', "status": "processed",
        "created_at": epoch(at(10)), "processed_at": epoch(at(11)),
    }  # fmt: skip
    frame = gateway_frame(REFUND_FIELDS, REFUND_HISTORY, refund)
    servers = serving(small_world(refunds=frame))
    before, after = (
        ask(servers, "refunds", to=epoch(moment)).json()["items"][0]
        for moment in (at(10, 59, 59), at(11))
    )

    assert (before["status"], "acquirer_data" in before) == ("pending", False)
    assert (after["status"], after["notes"]) == ("processed", {})
    assert after["acquirer_data"]["arn"] == "74332744212190000001234"


def test_lines_come_by_the_day_they_were_settled(serving):
    world = small_world(
        settlement_lines=gateway_frame(
            LINE_FIELDS,
            (),
            line("feb", at(0, day=1).replace(month=2)),
            line("before", at(23, 59, 59, day=9)),
            line("first", at(0)),
            line("last", at(23, 59, 59)),
            line("after", at(0, day=11)),
            line("unknown", at(13, day=11)),
        ),
        settlements=gateway_frame(
            SETTLEMENT_FIELDS,
            (),
            {"id": "setl_1", "entity": "settlement", "amount": 97_640, "status": "processed",
             "fees": 2_360, "tax": 360, "utr": "1568176960vxp0rj", "created_at": epoch(at(9))},
        ),
    )  # fmt: skip
    servers = serving(world)

    def lines(**query):
        answer = ask(servers, "settlements/recon/combined", year=2026, month=3, **query)
        return [item["entity_id"] for item in answer.json()["items"]]

    assert lines(day=10) == ["last", "first"]
    assert lines(day=11) == ["after"]
    assert lines() == ["after", "last", "first", "before"]
    assert lines(count=1, skip=3) == ["before"]
    assert ids(ask(servers, "settlements", to=epoch(at(9)))) == ["setl_1"]
    assert ids(ask(servers, "settlements", to=epoch(at(9)) - 1)) == []


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("payments", {"count": 101}, 400),
        ("payments", {"from": "10/03/2026"}, 400),
        ("settlements/recon/combined", {"count": 1000, "year": 2026, "month": 3}, 200),
        ("settlements/recon/combined", {"count": 1001, "year": 2026, "month": 3}, 400),
        ("settlements/recon/combined", {"year": 2026, "month": 2, "day": 29}, 400),
        ("settlements/recon/combined", {"year": 2026}, 400),
        ("orders", {}, 404),
    ],
)
def test_what_it_refuses_it_refuses_as_the_vendor_does(serving, path, query, status):
    answer = ask(serving(small_world()), path, **query)

    assert answer.status_code == status
    if status != 200:
        assert set(answer.json()["error"]) == {"code", "description"}


def test_the_wrong_secret_is_401(serving):
    servers = serving(small_world())
    url = servers.environment["RAZORPAY_API_URL"] + "/payments"
    key = servers.environment["RAZORPAY_KEY"]

    assert requests.get(url, auth=(key, "wrong"), timeout=5).status_code == 401
    assert requests.get(url, timeout=5).status_code == 401
