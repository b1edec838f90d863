"""Razorpay: its integers, its objects that may be lists, its lines that must add up."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from adapters.base import Payload
from adapters.config import load_source, open_source
from adapters.errors import FormatMismatch
from expectations import validate
from reconciliation.model import ENTRY_COLUMNS, SETTLEMENT_COLUMNS, Interval
from simulator.world import (
    LINE_FIELDS,
    PAYMENT_FIELDS,
    PAYMENT_HISTORY,
    REFUND_FIELDS,
    REFUND_HISTORY,
    SETTLEMENT_FIELDS,
)
from tests.simulator.small_world import at, epoch, gateway_frame, line, payment, small_world

ADAPTERS = Path(__file__).parents[2] / "adapters"
CORPORA = os.environ.get("RECON_CORPORA")

PAYMENT = {
    "id": "pay_29QQoUBi66xm2f", "entity": "payment", "amount": 50_000, "currency": "INR",
    "status": "captured", "order_id": "order_9A33XWu170gUtm", "method": "upi", "fee": 1_180,
    "tax": 180, "description": "Shoes", "notes": [], "created_at": 1_773_118_267,
    "acquirer_data": {"rrn": "009374856309", "upi_transaction_id": "hdf" + "0123456789abcdef" * 2},
}  # fmt: skip
REFUND = {
    "id": "rfnd_FP8DDKxqJif6ca", "entity": "refund", "amount": 10_000, "currency": "INR",
    "payment_id": "pay_29QQoUBi66xm2f", "status": "processed", "created_at": 1_773_118_267,
    "acquirer_data": {"arn": "10000000000000000000001"}, "notes": {"k": "v"},
}  # fmt: skip
LINE = {
    "entity_id": "pay_29QQoUBi66xm2f", "type": "payment", "debit": 0, "credit": 48_820,
    "amount": 50_000, "currency": "INR", "fee": 1_180, "tax": 180, "on_hold": False,
    "settled": True, "created_at": 1_772_900_000, "settled_at": 1_773_118_267,
    "settlement_id": "setl_DGlQ1Rj8os78Ec", "settlement_utr": "1568176960vxp0rj",
    "order_id": "order_9A33XWu170gUtm", "payment_id": None, "method": "upi",
}  # fmt: skip
SETTLEMENT = {
    "id": "setl_7IZKKI4Pnt2kEe", "entity": "settlement", "amount": 60_000, "status": "processed",
    "fees": 123, "tax": 12, "utr": "RZRP111111111111", "created_at": 1_773_118_267,
}  # fmt: skip
SAMPLES = {
    "payments": PAYMENT, "refunds": REFUND, "settlement_lines": LINE, "settlements": SETTLEMENT,
}  # fmt: skip


def source(dataset):
    name = "razorpay" if dataset in ("payments", "refunds") else "razorpay_settlement"
    return open_source(load_source(ADAPTERS / f"{name}.yaml", {}), None)


def page(*items, **change):
    return json.dumps({"entity": "collection", "count": len(items), "items": items} | change)


def read(dataset, *changes):
    """Each change of the sample as one row: parsed, accepted by the suite, normalised."""
    opened = source(dataset)
    items = [SAMPLES[dataset] | change for change in changes]
    items = [{k: v for k, v in item.items() if v is not ...} for item in items]
    body = page(*items).encode()
    rows = opened.parse(Payload(dataset, "p", "n", body, datetime.now(UTC)))
    rule = opened.config.datasets[dataset]
    verdict = validate(rule.suite, rows, required=rule.required, patterns=rule.patterns)
    return opened.normalise(dataset, rows[verdict.accepted]), verdict


def entry(dataset, **change):
    entries, verdict = read(dataset, change)
    assert verdict.drift == ()
    assert verdict.rejected.empty, verdict.rejected["reason"].tolist()
    return entries.iloc[0]


def test_a_payment_in_full():
    paid = entry("payments")
    assert paid["entry_key"] == paid["txn_id"] == paid["payment_id"] == "pay_29QQoUBi66xm2f"
    assert (paid["amount_minor"], paid["gross_minor"]) == (50_000, 50_000)
    assert (paid["fee_minor"], paid["tax_minor"]) == (1_180, 180)
    assert (paid["direction"], paid["status"], paid["raw_status"]) == (
        "CREDIT",
        "SUCCESS",
        "captured",
    )
    assert (paid["transaction_type"], paid["channel"], paid["raw_method"]) == (
        "PAYMENT",
        "UPI",
        "upi",
    )
    assert paid["rrn"] == paid["reference_number"] == "009374856309"
    assert paid["upi_id"] == "HDF" + "0123456789ABCDEF" * 2
    assert paid["order_id"] == "order_9A33XWu170gUtm"
    assert paid["occurred_at"] == pd.Timestamp("2026-03-10T04:51:07Z")
    assert paid["business_date"] == pd.Timestamp("2026-03-10")
    assert paid["bank_code"] == "RAZORPAY"
    assert pd.isna(paid["account_number"])
    assert pd.isna(paid["settlement_utr"])


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        ("created", "PENDING"), ("authorized", "PENDING"), ("pending", "PENDING"),
        ("captured", "SUCCESS"), ("refunded", "SUCCESS"), ("failed", "FAILED"),
        ("disputed", "PENDING"),
    ],
)  # fmt: skip
def test_a_payments_status(raw, status, caplog):
    assert entry("payments", status=raw)["status"] == status
    assert ("1 rows with a status we do not know" in caplog.text) == (raw == "disputed")


@pytest.mark.parametrize(
    ("currency", "amount", "minor"),
    [("INR", 50_000, 50_000), ("JPY", 500, 500), ("KWD", 1_005, 1_005)],
)
def test_integers_are_minor_units_of_every_currency(currency, amount, minor):
    assert entry("payments", currency=currency, amount=amount)["amount_minor"] == minor


@pytest.mark.parametrize(
    ("acquirer", "reference", "rrn", "arn", "utr"),
    [
        ({"rrn": "009374856309"}, "009374856309", "009374856309", None, None),
        ({"auth_code": "123", "arn": "7" * 23}, "7" * 23, None, "7" * 23, None),
        ({"utr": "sbin322147057322"}, "sbin322147057322", None, None, "SBIN322147057322"),
        ({"bank_transaction_id": "0125"}, "0125", None, None, None),
        ({"rrn": ""}, "pay_29QQoUBi66xm2f", None, None, None),
        ({}, "pay_29QQoUBi66xm2f", None, None, None),
        ([], "pay_29QQoUBi66xm2f", None, None, None),
        (None, "pay_29QQoUBi66xm2f", None, None, None),
        (..., "pay_29QQoUBi66xm2f", None, None, None),
    ],
)
def test_the_reference_is_the_first_there_is(acquirer, reference, rrn, arn, utr):
    paid = entry("payments", acquirer_data=acquirer)
    found = [None if pd.isna(paid[kind]) else paid[kind] for kind in ("rrn", "arn", "utr")]
    assert (paid["reference_number"], found) == (reference, [rrn, arn, utr])


@pytest.mark.parametrize("notes", [[], {}, {"a": "b"}, "text", None, ...])
def test_notes_may_be_anything(notes):
    assert entry("payments", notes=notes)["txn_id"] == "pay_29QQoUBi66xm2f"


def test_before_capture_there_is_no_fee():
    paid = entry("payments", status="authorized", fee=None, tax=None)
    assert pd.isna(paid["fee_minor"])
    assert pd.isna(paid["tax_minor"])


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"amount": "500.00"}, "amount"),
        ({"amount": 500.5}, "amount"),
        ({"amount": -500}, "amount"),
        ({"amount": None}, "amount"),
        ({"amount": 10**15}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"currency": "inr"}, "currency"),
        ({"created_at": 1_773_118_267_000}, "timestamp"),
        ({"created_at": "2026-03-10"}, "timestamp"),
        ({"id": None}, "txn_id"),
        ({"entity": "refund"}, "entity"),
    ],
)
def test_a_row_outside_the_contract_is_kept_aside(change, column):
    entries, verdict = read("payments", {}, {"id": "pay_other"} | change)
    assert len(entries) == 1
    assert column in verdict.rejected["column"][0]


def test_a_refund_is_a_debit_of_its_own():
    back = entry("refunds")
    assert (back["amount_minor"], back["direction"], back["gross_minor"]) == (
        -10_000,
        "DEBIT",
        10_000,
    )
    assert (back["txn_id"], back["payment_id"]) == ("rfnd_FP8DDKxqJif6ca", "pay_29QQoUBi66xm2f")
    assert (back["transaction_type"], back["status"]) == ("REFUND", "SUCCESS")
    assert back["arn"] == back["reference_number"] == "1" + "0" * 21 + "1"
    assert pd.isna(back["order_id"])


@pytest.mark.parametrize(
    ("raw", "status"),
    [("pending", "PENDING"), ("processed", "SUCCESS"), ("failed", "FAILED"), (..., "PENDING")],
)
def test_a_refunds_status_may_be_absent(raw, status):
    assert entry("refunds", status=raw)["status"] == status


@pytest.mark.parametrize(
    ("change", "amount", "kind", "direction", "payment_id"),
    [
        ({}, 48_820, "PAYMENT", "CREDIT", "pay_29QQoUBi66xm2f"),
        (
            {"entity_id": "rfnd_1", "type": "refund", "debit": 10_000, "credit": 0,
             "payment_id": "pay_9"},
            -10_000, "REFUND", "DEBIT", "pay_9",
        ),
        (
            {"entity_id": "trf_1", "type": "transfer", "debit": 20_118, "credit": 0},
            -20_118, "TRANSFER", "DEBIT", None,
        ),
        (
            {"entity_id": "adj_1", "type": "adjustment", "debit": 0, "credit": 99},
            99, "DEPOSIT", "CREDIT", None,
        ),
        (
            {"entity_id": "adj_2", "type": "adjustment", "debit": 99, "credit": 0},
            -99, "WITHDRAWAL", "DEBIT", None,
        ),
    ],
)  # fmt: skip
def test_a_settlement_line(change, amount, kind, direction, payment_id):
    row = entry("settlement_lines", **change)
    entity = change.get("entity_id", "pay_29QQoUBi66xm2f")
    assert row["txn_id"] == row["entry_key"] == f"{entity}@setl_DGlQ1Rj8os78Ec"
    assert (row["amount_minor"], row["transaction_type"], row["direction"]) == (
        amount,
        kind,
        direction,
    )
    assert (None if pd.isna(row["payment_id"]) else row["payment_id"]) == payment_id
    assert row["settlement_utr"] == row["utr"] == "1568176960VXP0RJ"
    assert row["settlement_id"] == "setl_DGlQ1Rj8os78Ec"
    assert row["gross_minor"] == 50_000
    assert row["occurred_at"] == pd.Timestamp("2026-03-10T04:51:07Z")
    assert row["status"] == "SUCCESS"


def test_a_line_that_does_not_add_up_is_told_as_it_is():
    row = entry("settlement_lines", credit=48_000)
    assert (row["amount_minor"], row["gross_minor"], row["fee_minor"]) == (48_000, 50_000, 1_180)


def test_the_settlement_day_is_the_indian_one():
    late = int(datetime(2026, 3, 10, 18, 45, tzinfo=UTC).timestamp())  # 00:15 in India
    assert entry("settlement_lines", settled_at=late)["business_date"] == pd.Timestamp("2026-03-11")


def test_a_settlement_header():
    header = entry("settlements")
    assert (header["settlement_id"], header["amount_minor"]) == ("setl_7IZKKI4Pnt2kEe", 60_000)
    assert (header["fees_minor"], header["tax_minor"], header["currency"]) == (123, 12, "INR")
    assert (header["utr"], header["status"]) == ("RZRP111111111111", "SUCCESS")
    assert entry("settlements", amount=-5, utr=None)["amount_minor"] == -5


@pytest.mark.parametrize("dataset", SAMPLES)
def test_dtypes_hold_with_rows_and_without(dataset):
    expected = SETTLEMENT_COLUMNS if dataset == "settlements" else ENTRY_COLUMNS
    identity = "entity_id" if dataset == "settlement_lines" else "id"
    for changes in ([{}], [{}, {identity: "adj_other", "tax": None}], []):
        entries, _ = read(dataset, *changes)
        assert entries.dtypes.astype(str).to_dict() == expected
        assert len(entries) == len(changes)


def test_an_error_object_names_its_code_and_not_its_words():
    body = json.dumps(
        {"error": {"code": "BAD_REQUEST_ERROR", "description": "pay_29QQoUBi66xm2f is gone"}}
    ).encode()
    with pytest.raises(FormatMismatch, match="BAD_REQUEST_ERROR") as error:
        source("payments").parse(Payload("payments", "p", "n", body, datetime.now(UTC)))
    assert "pay_" not in str(error.value)


def test_all_of_it_over_http(serving, rest):
    world = small_world(
        payments=gateway_frame(
            PAYMENT_FIELDS, PAYMENT_HISTORY,
            *(payment(f"pay_{n:014d}", at(9, n % 60)) for n in range(205)),
        ),
        refunds=gateway_frame(
            REFUND_FIELDS, REFUND_HISTORY,
            REFUND | {"created_at": epoch(at(9)), "processed_at": epoch(at(9)),
                      "notes": "[]", "acquirer_data": '{"rrn": "009374856309"}'},
        ),
        settlements=gateway_frame(
            SETTLEMENT_FIELDS, (), SETTLEMENT | {"created_at": epoch(at(9))}
        ),
        settlement_lines=gateway_frame(
            LINE_FIELDS, (),
            line("pay_00000000000001", at(9)), line("pay_00000000000002", at(23, 59, day=9)),
        ),
    )  # fmt: skip
    servers = serving(world, quota_factor=None)
    window = Interval(at(0), at(12))
    gateway = rest(servers, "razorpay")
    payloads = list(gateway.fetch(window))
    paid = gateway.parse_many([one for one in payloads if one.dataset == "payments"])
    assert sorted(paid["txn_id"]) == [f"pay_{n:014d}" for n in range(205)]
    assert [one.part for one in payloads if one.dataset == "payments"][:2] == [
        "payments/000000", "payments/000100",
    ]  # fmt: skip
    assert sum(len(gateway.parse(one)) for one in payloads if one.dataset == "refunds") == 1

    settled = rest(servers, "razorpay_settlement")
    payloads = list(settled.fetch(window))
    lines = settled.parse_many([one for one in payloads if one.dataset == "settlement_lines"])
    # Both days are read; the pipeline cuts the one before the window.
    assert len(lines) == 2
    assert {one.part.rpartition("/")[0] for one in payloads} == {
        "settlement_lines/20260309", "settlement_lines/20260310", "settlement_lines/20260311",
        "settlements",
    }  # fmt: skip
    assert gateway.check() == settled.check() == []


@pytest.mark.skipif(not CORPORA, reason="RECON_CORPORA is not set")
@pytest.mark.parametrize(
    ("file", "name", "rows"),
    [
        ("payment_collection.json", "payments", 2),
        ("payment_collection_with_one_payment.json", "payments", 1),
        ("refund_collection.json", "refunds", 2),
        ("settlement_collection.json", "settlements", 3),
        ("settlement_collection_with_one_settlement.json", "settlements", 1),
    ],
)
def test_the_vendors_own_samples(file, name, rows):
    body = (Path(str(CORPORA)) / "razorpay" / file).read_bytes()
    opened = source(name)
    entries = opened.normalise(
        name, opened.parse(Payload(name, "p", file, body, datetime.now(UTC)))
    )
    expected = json.loads(body)["items"]
    assert len(entries) == len(expected) == rows
    sign = -1 if name == "refunds" else 1
    assert entries["amount_minor"].tolist() == [sign * item["amount"] for item in expected]


def test_several_payloads_are_of_one_dataset():
    opened, moment = source("payments"), datetime.now(UTC)
    payloads = [
        Payload(name, "p", "n", page().encode(), moment) for name in ("payments", "refunds")
    ]
    with pytest.raises(ValueError, match="of one dataset"):
        opened.parse_many(payloads)


@pytest.mark.parametrize(("told", "is_held"), [
    (True, True), (False, None), (None, None), (..., None),
])  # fmt: skip
def test_a_line_that_is_kept_back(told, is_held):
    line = entry("settlement_lines", on_hold=told, settled=False)
    assert (None if pd.isna(line["on_hold"]) else bool(line["on_hold"])) is is_held
    assert line["status"] == "PENDING"
    assert pd.isna(line["dispute_id"])


def test_an_adjustment_names_its_dispute_and_payment():
    taken = {"entity_id": "adj_1", "type": "adjustment", "debit": 50_000, "credit": 0, "fee": 0,
             "tax": 0, "dispute_id": "disp_AHfqOvkldwsbqt", "payment_id": "pay_1"}  # fmt: skip
    line = entry("settlement_lines", **taken)
    assert (line["dispute_id"], line["payment_id"]) == ("disp_AHfqOvkldwsbqt", "pay_1")
    assert (line["amount_minor"], line["transaction_type"]) == (-50_000, "WITHDRAWAL")
